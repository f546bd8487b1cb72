"""Consents: default deny, given and ended by the owner alone; the owner sees who read."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hub.access.caller import Caller
from hub.bom.tables import SourcingLink
from hub.kit.clock import now
from hub.sharing.policy import DENIED, Consent, ConsentBook, strongest
from hub.sharing.queries import buys, consents
from hub.sharing.tables import AccessRecord, ConsentEvent, Grant
from hub.sharing.usecases import record_read
from hub.trust.log import instant
from hub.trust.tables import LogEntry
from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE
from tierlight_schemas.envelope import digest

TODAY = now().date()


def granted(world, owner=CELLWERK, **members):
    body = {"reader": world.members[BEIFENG].company_id, "level": 1} | members
    return world.post(owner, "/v1/grants", json=body)


class TestInTheLog:
    def events(self, world):
        rows = world.session.scalars(select(ConsentEvent).order_by(ConsentEvent.log_index))
        return [(row, world.session.get_one(LogEntry, row.log_index)) for row in rows]

    def test_stands_that_it_was_given_and_that_it_was_ended(self, world):
        grant = granted(world, level=2, purpose="lorry 2027").json()
        for _ in range(2):  # the second time nothing happens
            world.post(CELLWERK, f"/v1/grants/{grant['id']}/revocation")
        events = self.events(world)
        kinds = [entry.kind for _, entry in events]
        assert kinds == ["consent-grant", "consent-revoke"]
        for event, entry in events:
            assert entry.digest == digest(event.statement)
            said = json.loads(event.statement)
            assert said["owner"] == world.members[CELLWERK].company_id
            assert said["reader"] == world.members[BEIFENG].company_id
            assert (said["level"], said["purpose"]) == (2, "lorry 2027")
            assert said["at"] == instant(entry.recorded_at)

    def test_nobody_guesses_what_it_says(self, world):
        for _ in range(2):
            granted(world)
        nonces = {json.loads(event.statement)["nonce"] for event, _ in self.events(world)}
        assert len(nonces) == 2

    def test_stands_nothing_of_what_was_refused(self, world):
        granted(world, level=9)
        world.post(FOXGLOVE, "/v1/grants/unknown/revocation")
        assert self.events(world) == []


class TestAGrant:
    def test_is_made_by_the_owner_of_the_part(self, world):
        part = world.part(CELLWERK, "CELL-1")
        answer = granted(world, part=part.id, level=3, aggregate=True, purpose="lorry 2027")
        assert answer.status_code == 201
        shown = answer.json()
        assert shown["reader_id"] == world.members[BEIFENG].company_id
        assert (shown["part_id"], shown["level"], shown["aggregate"]) == (part.id, 3, True)
        assert (shown["purpose"], shown["valid_from"]) == ("lorry 2027", TODAY.isoformat())
        assert "valid_to" not in shown
        assert "revoked_at" not in shown
        assert world.get(CELLWERK, "/v1/grants").json() == {"items": [shown]}

    def test_may_name_the_reader_by_an_identifier(self, world):
        scheme, value = BEIFENG.identifier
        answer = granted(world, reader=f"{scheme}:{value}")
        assert answer.json()["reader_id"] == world.members[BEIFENG].company_id

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({"level": 6}, 400, "hub/request-form"),
            ({"level": -1}, 400, "hub/request-form"),
            ({"level": "1"}, 400, "hub/request-form"),
            ({"aggregate": "yes"}, 400, "hub/request-form"),
            ({"color": "red"}, 400, "hub/request-form"),
            ({"reader": "nobody"}, 404, "hub/company-not-found"),
            ({"part": "0" * 36}, 404, "hub/not-found"),
            ({"valid_to": TODAY.isoformat()}, 400, "hub/grant-dates"),
            ({"purpose": "two\nlines"}, 400, "hub/text"),
            ({"purpose": ""}, 400, "hub/text"),
        ],
    )
    def test_is_refused_when_unusable(self, world, body, status, code):
        answer = granted(world, **body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert world.session.scalar(select(func.count()).select_from(Grant)) == 0

    def test_is_not_for_oneself(self, world):
        answer = granted(world, reader=world.members[CELLWERK].company_id)
        assert answer.json()["code"] == "hub/grant-to-self"

    def test_is_not_for_another_companys_part(self, world):
        part = world.part(AURORA, "LORRY")
        hidden, absent = granted(world, part=part.id), granted(world, part="0" * 36)
        assert hidden.status_code == absent.status_code == 404
        assert hidden.content == absent.content


class TestRevoking:
    def test_keeps_the_first_time(self, world):
        path = f"/v1/grants/{granted(world).json()['id']}/revocation"
        first, again = world.post(CELLWERK, path), world.post(CELLWERK, path)
        assert first.status_code == again.status_code == 200
        assert first.json()["revoked_at"] == again.json()["revoked_at"]

    @pytest.mark.parametrize("somebody", [BEIFENG, FOXGLOVE])
    def test_is_the_owners_alone(self, world, somebody):
        grant_id = granted(world).json()["id"]
        hidden = world.post(somebody, f"/v1/grants/{grant_id}/revocation")
        absent = world.post(somebody, f"/v1/grants/{'0' * 36}/revocation")
        assert hidden.status_code == absent.status_code == 404
        assert hidden.content == absent.content
        assert world.session.get_one(Grant, grant_id).revoked_at is None

    def test_is_seen_in_the_owners_list_only(self, world):
        granted(world)
        assert world.get(BEIFENG, "/v1/grants").json()["items"] == []
        assert len(world.get(CELLWERK, "/v1/grants").json()["items"]) == 1


class TestABookOfConsents:
    def book(self, world, reader=BEIFENG, at=None):
        return consents(world.session, world.members[reader].company_id, at)

    def of(self, world, number="CELL-1", **options):
        part = world.part(CELLWERK, number)
        return self.book(world, **options).of(part.company_id, part.id)

    def test_is_empty_by_default(self, world):
        assert self.of(world) == DENIED

    def test_takes_the_strongest_standing_grant(self, world):
        part = world.part(CELLWERK, "CELL-1")
        world.grants(CELLWERK, BEIFENG, 1, aggregate=True)
        best = world.grants(CELLWERK, BEIFENG, 3, part_id=part.id, purpose="lorry")
        revoked = world.grants(CELLWERK, BEIFENG, 5)
        world.post(CELLWERK, f"/v1/grants/{revoked}/revocation")
        world.grants(CELLWERK, BEIFENG, 4, valid_from=TODAY + timedelta(days=1))
        world.grants(CELLWERK, AURORA, 5)
        assert self.of(world) == Consent(3, True, best, "lorry")
        assert self.of(world, "CELL-2").level == 1

    def test_follows_the_dates_of_a_grant(self, world):
        until = TODAY + timedelta(days=10)
        world.grants(CELLWERK, BEIFENG, 2, valid_from=TODAY, valid_to=until)
        levels = [self.of(world, at=now() + timedelta(days=days)).level for days in (-1, 0, 9, 10)]
        assert levels == [-1, 2, 2, -1]

    def test_never_revives_what_was_revoked(self, world):
        grant_id = world.grants(CELLWERK, BEIFENG, 2)
        before = now()
        world.post(CELLWERK, f"/v1/grants/{grant_id}/revocation")
        assert self.of(world, at=before) == DENIED


class TestPolicy:
    def test_joins_a_grant_for_one_part_with_one_for_all(self):
        book = ConsentBook({("o", "p"): (Consent(1, True),), ("o", None): (Consent(2, False),)})
        assert book.of("o", "p") == Consent(2, True)
        assert book.of("o", "q") == Consent(2, False)
        assert book.of("x", "p") == DENIED

    def test_of_nothing_is_nothing(self):
        assert strongest([]) == DENIED


class TestAConfirmedLink:
    def test_counts_while_it_stands(self, chain):
        part = chain.part(CELLWERK, "CELL-1")
        buyer = chain.members[BEIFENG].company_id
        assert buys(chain.session, buyer, part.id)
        assert not buys(chain.session, chain.members[AURORA].company_id, part.id)

    def test_does_not_count_unconfirmed_replaced_or_out_of_time(self, chain):
        part = chain.part(CELLWERK, "CELL-1")
        buyer = chain.members[BEIFENG].company_id
        link = chain.session.scalars(select(SourcingLink).filter_by(supplier_part_id=part.id)).one()
        for member, value, counts in (
            ("confirmed_at", None, False),
            ("confirmed_at", now(), True),
            ("replaced_at", now(), False),
            ("replaced_at", None, True),
            ("valid_from", TODAY + timedelta(days=1), False),
            ("valid_from", TODAY, True),
            ("valid_to", TODAY, False),
            ("valid_to", TODAY + timedelta(days=1), True),
        ):
            setattr(link, member, value)
            chain.session.flush()
            assert buys(chain.session, buyer, part.id) is counts, (member, value)


class TestTheAccessLog:
    def test_shows_an_owner_who_read(self, world):
        reader, owner = world.members[BEIFENG], world.members[CELLWERK]
        record_read(
            world.session, reader.caller, owner.company_id, "footprint", "abc", 2, "lorry", "g"
        )
        world.session.commit()
        (record,) = world.get(CELLWERK, "/v1/access-log").json()["items"]
        assert record.pop("at")
        assert record == {
            "reader_id": reader.company_id,
            "channel": "api",
            "object_kind": "footprint",
            "object_id": "abc",
            "level": 2,
            "purpose": "lorry",
            "grant_id": "g",
            "by_operator": False,
        }
        for other in (BEIFENG, FOXGLOVE):
            assert world.get(other, "/v1/access-log").json()["items"] == []

    def test_tells_the_operator_from_the_reader(self, world):
        reader, owner = world.members[BEIFENG], world.members[CELLWERK]
        operator = Caller(reader.company_id, "operator:cli", operator=True)
        record_read(world.session, operator, owner.company_id, "part", "abc", 1)
        world.session.commit()
        (record,) = world.get(CELLWERK, "/v1/access-log").json()["items"]
        assert record["by_operator"] is True

    def test_does_not_hold_reads_of_ones_own(self, world):
        owner = world.members[CELLWERK]
        record_read(world.session, owner.caller, owner.company_id, "footprint", "abc", 5)
        assert world.session.scalar(select(func.count()).select_from(AccessRecord)) == 0

    def test_comes_in_pages(self, world):
        reader, owner = world.members[BEIFENG], world.members[CELLWERK]
        for number in range(5):
            record_read(world.session, reader.caller, owner.company_id, "x", str(number), 1)
        world.session.commit()
        first = world.get(CELLWERK, "/v1/access-log", params={"limit": 3}).json()
        rest = world.get(CELLWERK, "/v1/access-log", params={"after": first["next"]}).json()
        assert [item["object_id"] for item in first["items"] + rest["items"]] == list("01234")
        assert "next" not in rest
