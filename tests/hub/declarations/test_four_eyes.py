"""What a company that asks for four eyes submits: held, released by somebody else, or rejected."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hub.access.caller import Caller
from hub.access.four_eyes import ask_for_four_eyes, end_four_eyes
from hub.declarations import holding, releasing, usecases
from hub.declarations.tables import DeclarationRow, HeldSubmission
from hub.kit.clock import now
from hub.kit.database import transaction
from hub.kit.errors import Conflict, Forbidden, HubError, NotFound
from hub.trust.log import log_size
from hub.trust.tables import Key
from hub.trust.usecases import revoke_key
from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE
from tests.conftest import settings_for
from tests.hub.chain import composed
from tests.hub.conftest import World, enrol
from tierlight_schemas.build import Predecessor
from tierlight_schemas.envelope import digest as digest_of

SETTINGS = settings_for("sqlite://")


@dataclass
class Office:
    """Beifeng, which asks for four eyes, and who works there."""

    world: World

    def person(self, name: str) -> Caller:
        return Caller(self.world.members[BEIFENG].company_id, f"person:{name}")

    def release(self, who: Caller, named: str):
        return releasing.release(self.world.session, who, named, settings=SETTINGS)

    def held(self, digest: str, actor=BEIFENG):
        return self.world.get(actor, f"/v1/held/{digest}")

    def state(self, digest: str) -> str:
        self.world.session.expire_all()
        return str(self.held(digest).json()["state"])

    def submit(self, number: str = "PACK-1", **cells) -> str:
        answer = self.world.submit(BEIFENG, BEIFENG.submission(number, **cells))
        assert answer.status_code == 202, answer.text
        return str(answer.json()["digest"])


@pytest.fixture
def office(world: World) -> Office:
    assert world.put(BEIFENG, "/v1/four-eyes", json={"on": True}).status_code == 200
    return Office(world)


class TestWhatIsSubmitted:
    def test_is_kept_and_said_to_nobody(self, office, session):
        before = log_size(session)
        submission = BEIFENG.submission("PACK-1")
        answer = office.world.submit(BEIFENG, submission)
        told = answer.json()
        assert (answer.status_code, told["status"]) == (202, "held")
        assert told["notice"]["code"] == "held/waiting"
        assert told["digest"] in told["notice"]["remedy"]
        assert "receipt" not in told
        assert "proof" not in told
        assert log_size(session) == before
        assert office.world.get(BEIFENG, "/v1/declarations").json()["items"] == []
        assert office.world.get(BEIFENG, f"/v1/declarations/{told['digest']}").status_code == 404
        assert office.world.get(BEIFENG, "/v1/parts").json()["items"] == []
        row = session.scalars(select(HeldSubmission)).one()
        assert row.submission == submission

    def test_again_is_the_same_answer(self, office, session):
        submission = BEIFENG.submission("PACK-1")
        answers = [office.world.submit(BEIFENG, submission) for _ in range(2)]
        assert answers[0].json() == answers[1].json()
        assert session.scalar(select(func.count()).select_from(HeldSubmission)) == 1

    def test_is_checked_at_the_door_all_the_same(self, office, session):
        answer = office.world.submit(BEIFENG, CELLWERK.submission("CELL-1"))
        assert (answer.status_code, answer.json()["code"]) == (400, "trust/unknown-key")
        assert session.scalar(select(func.count()).select_from(HeldSubmission)) == 0

    def test_is_held_line_by_line(self, office):
        lines = [BEIFENG.submission("PACK-1"), b"{", BEIFENG.submission("PACK-2")]
        given = office.world.submit_lines(BEIFENG, *lines).text.splitlines()
        assert [line.split('"')[3] for line in given] == ["held", "refused", "held"]
        waiting = office.world.get(BEIFENG, "/v1/held", params={"waiting": True}).json()["items"]
        assert len(waiting) == 2

    def test_keeps_an_annex_that_comes_late(self, office, session):
        built = composed(BEIFENG.built("PACK-1"), [])
        bare = BEIFENG.packed_document(built.document, {})
        assert office.world.submit(BEIFENG, bare).status_code == 202
        whole = BEIFENG.packed_document(built.document, built.annexes)
        assert office.world.submit(BEIFENG, whole).status_code == 202
        verdict = office.release(office.person("wu"), digest_of(built.payload))
        assert verdict.status == "stored"
        session.commit()
        told = office.world.get(BEIFENG, f"/v1/declarations/{digest_of(built.payload)}").json()
        assert told["annexes"] == sorted(built.annexes)

    @pytest.mark.parametrize("somebody", [AURORA, FOXGLOVE])
    def test_is_its_company_s_alone(self, office, somebody):
        digest = office.submit()
        absent = office.held("0" * 64, somebody)
        for path in ("", "/release", "/rejection"):
            body = {"reason": "no"} if path == "/rejection" else None
            ask = office.world.post if path else office.world.get
            options = {"json": body} if body else {}
            hidden = ask(somebody, f"/v1/held/{digest}{path}", **options)
            assert (hidden.status_code, hidden.content) == (404, absent.content)
        assert office.state(digest) == "waiting"

    def test_does_not_wait_where_nobody_asks_for_it(self, office):
        assert office.world.submit(CELLWERK, CELLWERK.submission("CELL-1")).status_code == 201


class TestARelease:
    def test_makes_it_what_it_would_have_been(self, office, session):
        digest = office.submit()
        verdict = office.release(office.person("wu"), digest)
        session.commit()
        assert (verdict.status, verdict.part_registered) == ("stored", True)
        assert verdict.receipt
        assert office.world.get(BEIFENG, f"/v1/declarations/{digest}").json()["state"] == "head"
        told = office.held(digest).json()
        assert (told["state"], told["decided_by"]) == ("released", "person:wu")
        assert told["submitted_by"] == office.world.members[BEIFENG].caller.actor
        assert session.scalars(select(HeldSubmission)).one().submission is None

    def test_lets_the_same_submission_fetch_its_receipt(self, office, session):
        submission = BEIFENG.submission("PACK-1")
        digest = office.world.submit(BEIFENG, submission).json()["digest"]
        office.release(office.person("wu"), digest)
        session.commit()
        answer = office.world.submit(BEIFENG, submission)
        assert (answer.status_code, answer.json()["status"]) == (200, "known")
        assert answer.json()["receipt"]

    def test_takes_a_person(self, office):
        digest = office.submit()
        answer = office.world.post(BEIFENG, f"/v1/held/{digest}/release")
        assert (answer.status_code, answer.json()["code"]) == (403, "access/person-needed")
        assert office.state(digest) == "waiting"

    def test_takes_another_than_who_submitted(self, office, session):
        li = office.person("li")
        verdict = usecases.receive(
            session, li.company_id, BEIFENG.submission("PACK-1"), by=li.actor, settings=SETTINGS
        )
        with pytest.raises(Forbidden) as refusal:
            office.release(li, verdict.digest)
        assert refusal.value.code == "held/own-submission"
        assert office.release(office.person("wu"), verdict.digest).status == "stored"

    def test_takes_another_than_who_brought_the_key(self, office, session):
        digest = office.submit()
        session.get_one(Key, BEIFENG.kid).added_by = "person:wu"
        with pytest.raises(Forbidden) as refusal:
            office.release(office.person("wu"), digest)
        assert refusal.value.code == "held/own-key"
        assert office.release(office.person("li"), digest).status == "stored"

    def test_knows_who_brought_a_key(self, world, session):
        challenge = world.post(FOXGLOVE, "/v1/keys/challenges").json()
        key = AURORA.__class__("New", "DE", ("lei", "NEW"), 77)
        body = {"jwk": key.jwk, "proof": key.prove(challenge)}
        assert world.post(FOXGLOVE, "/v1/keys", json=body).status_code == 201
        actor = world.members[FOXGLOVE].caller.actor
        assert session.get_one(Key, key.kid).added_by == actor

    def test_refuses_what_a_revoked_key_signed(self, office, session):
        digest = office.submit()
        revoke_key(session, office.world.members[BEIFENG].company_id, BEIFENG.kid)
        verdict = office.release(office.person("wu"), digest)
        session.commit()
        assert (verdict.status, verdict.error.code) == ("refused", "trust/key-revoked")
        told = office.held(digest).json()
        assert (told["state"], told["refusal"]["code"]) == ("refused", "trust/key-revoked")
        with pytest.raises(Conflict):
            office.release(office.person("wu"), digest)
        assert session.get(DeclarationRow, digest) is None

    def test_lets_one_successor_in(self, office, session):
        first = BEIFENG.built("PACK-1")
        office.world.submit(BEIFENG, BEIFENG.packed(first))
        office.release(office.person("wu"), digest_of(first.payload))
        session.commit()
        before = Predecessor(
            digest_of(first.payload), first.document["credentialSubject"]["footprint"]["id"]
        )
        rivals = [office.submit(kgco2e=value, supersedes=before) for value in ("11", "10")]
        verdicts = [office.release(office.person("wu"), digest) for digest in rivals]
        assert verdicts[0].status == "stored"
        assert verdicts[1].error.code == "door/supersedes-fork"

    def test_cannot_follow_what_waits_itself(self, office):
        first = BEIFENG.built("PACK-1")
        office.world.submit(BEIFENG, BEIFENG.packed(first))
        before = Predecessor(
            digest_of(first.payload), first.document["credentialSubject"]["footprint"]["id"]
        )
        answer = office.world.submit(BEIFENG, BEIFENG.submission("PACK-1", supersedes=before))
        assert answer.json()["code"] == "door/supersedes-unknown"

    def test_comes_too_late_when_it_has_expired(self, office, session):
        digest = office.submit()
        session.scalars(select(HeldSubmission)).one().expires_at = now() - timedelta(seconds=1)
        session.commit()
        assert office.state(digest) == "expired"
        with pytest.raises(Conflict) as refusal:
            office.release(office.person("wu"), digest)
        assert refusal.value.params == {"state": "expired"}

    def test_finds_what_came_in_meanwhile(self, office, session):
        """Four eyes were turned off, and it was submitted again."""
        submission = BEIFENG.submission("PACK-1")
        digest = office.world.submit(BEIFENG, submission).json()["digest"]
        end_four_eyes(session, office.person("a"))
        end_four_eyes(session, office.person("b"))
        session.commit()
        assert office.world.submit(BEIFENG, submission).status_code == 201
        answer = office.world.post(BEIFENG, f"/v1/held/{digest}/release")
        assert (answer.status_code, answer.json()["status"]) == (200, "known")


class TestARejection:
    def test_says_why_and_stays(self, office, session):
        submission = BEIFENG.submission("PACK-1")
        digest = office.world.submit(BEIFENG, submission).json()["digest"]
        path = f"/v1/held/{digest}/rejection"
        told = office.world.post(BEIFENG, path, json={"reason": "an old meter"}).json()
        assert (told["state"], told["rejection"]) == ("rejected", "an old meter")
        answer = office.world.submit(BEIFENG, submission)
        assert (answer.status_code, answer.json()["code"]) == (409, "held/rejected")
        assert "an old meter" in answer.json()["message"]
        assert office.world.post(BEIFENG, path, json={"reason": "no"}).status_code == 409

    @pytest.mark.parametrize("reason", ["", "   ", "x" * 1001])
    def test_needs_a_reason(self, office, reason):
        path = f"/v1/held/{office.submit()}/rejection"
        answer = office.world.post(BEIFENG, path, json={"reason": reason})
        assert answer.status_code == 400


class TestAWithdrawal:
    def test_waits_like_a_declaration(self, office, session):
        digest = office.submit()
        office.release(office.person("wu"), digest)
        session.commit()
        path, body = f"/v1/declarations/{digest}/withdrawal", {"reason": "wrong meter"}
        asked = [office.world.post(BEIFENG, path, json=body) for _ in range(2)]
        assert [answer.status_code for answer in asked] == [202, 202]
        assert asked[0].json() == asked[1].json()
        assert (asked[0].json()["kind"], asked[0].json()["state"]) == ("withdrawal", "waiting")
        held_id = asked[0].json()["id"]
        assert office.world.get(BEIFENG, f"/v1/declarations/{digest}").json()["state"] == "head"
        with pytest.raises(Forbidden):
            office.release(office.world.members[BEIFENG].caller, held_id)
        assert office.release(office.person("wu"), held_id).status == "stored"
        session.commit()
        told = office.world.get(BEIFENG, f"/v1/declarations/{digest}").json()
        assert (told["state"], told["withdrawal"]["reason"]) == ("withdrawn", "wrong meter")
        assert office.world.post(BEIFENG, path, json=body).status_code == 409


class TestTheSetting:
    def test_takes_two_people_to_turn_off(self, office, session):
        a, b = office.person("a"), office.person("b")
        assert end_four_eyes(session, a).is_on
        assert end_four_eyes(session, a).off_asked_by == a.actor
        assert not end_four_eyes(session, b).is_on

    def test_is_kept_on_by_one(self, office, session):
        a, b = office.person("a"), office.person("b")
        end_four_eyes(session, a)
        assert ask_for_four_eyes(session, b).off_asked_by is None
        assert end_four_eyes(session, b).is_on


class TestAtOnce:
    @pytest.fixture
    def waiting(self, own_database) -> tuple[str, str]:
        with transaction(own_database.write) as session:
            member = enrol(session, BEIFENG)
            ask_for_four_eyes(session, member.caller)
            verdict = usecases.receive(
                session,
                member.company_id,
                BEIFENG.submission("PACK-1"),
                by="machine:1",
                settings=SETTINGS,
            )
        return member.company_id, str(verdict.digest)

    @pytest.mark.parametrize("second", ["release", "reject"])
    def test_one_decides(self, own_database, waiting, second):
        company_id, digest = waiting

        def decide(what: str) -> str:
            caller = Caller(company_id, f"person:{what}")
            try:
                with transaction(own_database.write) as session:
                    # Both have looked at it before.
                    holding.held(session, caller, digest)
                    if what == "reject":
                        releasing.reject(session, caller, digest, "no")
                    else:
                        releasing.release(session, caller, digest, settings=SETTINGS)
            except HubError as error:
                return error.code
            return "done"

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(decide, ["release", second])) == ["done", "held/decided"]
        with own_database.read() as session:
            row = session.scalars(select(HeldSubmission)).one()
            stored = session.get(DeclarationRow, digest) is not None
        assert stored is (row.state == "released")

    def test_many_submit_the_same(self, own_database, waiting):
        company_id, _ = waiting
        submission = BEIFENG.submission("PACK-2")

        def submit(_: int) -> str:
            return usecases.receive_and_prove(
                own_database.write, company_id, submission, by="machine:1", settings=SETTINGS
            ).status

        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(submit, range(4))) == {"held"}
        with own_database.read() as session:
            assert session.scalar(select(func.count()).select_from(HeldSubmission)) == 2


def test_what_never_waited_is_not_found(office, session):
    with pytest.raises(NotFound):
        holding.held(session, office.person("wu"), "0" * 64)
