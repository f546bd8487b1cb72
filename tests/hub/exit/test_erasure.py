"""A company is erased: nothing of it can be read, everything that was signed stays provable."""

import json
from itertools import chain as joined

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

import hub.parties.leaving
from hub.declarations import queries as declarations
from hub.declarations.tables import DeclarationRow
from hub.declarations.verification_queries import logged_verifications
from hub.exit.erasing import erase_company
from hub.exit.holdings import counted
from hub.exit.usecases import plan_of
from hub.footprints import statements
from hub.footprints.tables import StatementRow
from hub.kit.database import empty_journal, transaction
from hub.kit.errors import Conflict
from hub.kit.tables import Base
from hub.parties.tables import Site
from hub.parties.usecases import add_company, add_site
from hub.sharing import queries as sharing
from hub.trust import fsck
from hub.trust.tables import LogEntry
from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE
from tests.conftest import SERVER, owner_of
from tests.hub.exit.conftest import SECRETS
from tests.hub.trust.conftest import policy_of
from tests.hub.trust.test_fsck import unbar
from tierlight_schemas.envelope import canonical, digest, thumbprint
from tierlight_schemas.errors import StandardError
from tierlight_schemas.log.erasure import check_lost, check_receipt
from tierlight_schemas.statement_bundle import check_bundle

TYPED_BY_THE_BUYER = "91BEIFENG"


def erase(leaving, actor=BEIFENG) -> bytes:
    leaving.session.rollback()
    write, company_id = leaving.database.write, leaving.chain.id(actor)
    return erase_company(write, company_id, "company", "exit", leaving.settings)


def flaws(leaving):
    leaving.session.rollback()
    leaving.session.expire_all()
    session = leaving.session
    sources = joined(
        declarations.logged(session),
        logged_verifications(session),
        statements.logged(session),
        sharing.logged(session),
    )
    found = [flaw.code for flaw in fsck.inspect(session, leaving.settings, sources)]
    session.rollback()
    return found


def everything(session) -> dict[str, str]:
    """All rows of each table as text; bytes as they are where they are text."""

    def plain(value):
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)

    return {
        name: "\n".join(" ".join(map(plain, row)) for row in session.execute(select(table)))
        for name, table in Base.metadata.tables.items()
    }


class TestWhatIsGone:
    def test_is_every_row_of_its_own(self, leaving):
        erase(leaving)
        left = counted(leaving.session, leaving.chain.id(BEIFENG))
        assert {name: count for name, count in left.items() if count} == {}

    def test_is_every_word_of_it_but_what_its_buyer_typed(self, leaving):
        before = everything(leaving.session)
        assert all(any(secret in rows for rows in before.values()) for secret in SECRETS)
        erase(leaving)
        for table, rows in everything(leaving.session).items():
            found = {secret for secret in SECRETS if secret in rows}
            assert found <= ({TYPED_BY_THE_BUYER} if table == "sourcing_link" else set()), table

    def test_is_gone_from_the_file_too(self, leaving):
        if leaving.database.engine.dialect.name != "sqlite":
            pytest.skip("PostgreSQL's files are its own; the operator's page says VACUUM")
        erase(leaving)
        leaving.session.rollback()
        leaving.database.engine.dispose()
        empty_journal(leaving.database.write)
        with open(leaving.database.engine.url.database, "rb") as file:
            raw = file.read()
        assert [s for s in SECRETS if s.encode() in raw and s != TYPED_BY_THE_BUYER] == []

    def test_is_its_way_in(self, leaving):
        erase(leaving)
        assert leaving.world.get(BEIFENG, "/v1/company").status_code == 401

    def test_does_not_come_back_by_the_door(self, leaving):
        submission = CELLWERK.submission("CELL-1", mass_kg="5")
        leaving.world.submit(CELLWERK, submission)
        name = json.loads(leaving.world.submit(CELLWERK, submission).text)["digest"]
        leaving.world.post(CELLWERK, f"/v1/declarations/{name}/withdrawal", json={"reason": "x"})
        path = f"/v1/declarations/{name}/erasure"
        assert leaving.world.post(CELLWERK, path, json={"reason": "exit"}).status_code == 201
        again = leaving.world.submit(CELLWERK, submission)
        assert (again.status_code, again.json()["code"]) == (400, "door/erased")

    def test_gives_its_name_to_no_successor(self, leaving):
        """A company that bears the same identifier has to confirm anew."""
        erase(leaving)
        with transaction(leaving.database.write) as session:
            add_company(session, "Beifeng Pack", "CN", [BEIFENG.identifier], True)
        link = leaving.world.get(AURORA, "/v1/sourcing", params={"role": "buyer"}).json()["items"]
        assert [item.get("confirmed_at") for item in link] == [None]


class TestAllOrNothing:
    def test_a_crash_in_between_leaves_all(self, leaving, monkeypatch):
        before = counted(leaving.session, leaving.chain.id(BEIFENG))
        size = leaving.session.scalar(select(func.count()).select_from(LogEntry))

        def crash(session, company_id):
            raise RuntimeError("power is gone")

        monkeypatch.setattr(hub.parties.leaving, "erase", crash)
        with pytest.raises(RuntimeError):
            erase(leaving)
        assert counted(leaving.session, leaving.chain.id(BEIFENG)) == before
        assert leaving.session.scalar(select(func.count()).select_from(LogEntry)) == size
        assert flaws(leaving) == []

    def test_again_gives_the_same_receipt(self, leaving):
        first = json.loads(erase(leaving))
        leaving.chain.declare(AURORA, "AM-STEEL", "2.2", declared_unit="kg", mass_kg="1")
        again = json.loads(erase(leaving))
        assert {**first, "proof": ""} == {**again, "proof": ""}

    def test_a_hub_without_a_key_erases_nothing(self, leaving):
        leaving.session.rollback()
        unsigned = leaving.settings.model_copy(update={"signing_key_file": None})
        with pytest.raises(Conflict, match="statement/no-hub-key"):
            erase_company(
                leaving.database.write, leaving.chain.id(BEIFENG), "company", "exit", unsigned
            )
        assert counted(leaving.session, leaving.chain.id(BEIFENG))["declaration"] == 2


@pytest.mark.skipif(SERVER is None, reason="SQLite has no row security")
class TestTheWall:
    def test_keeps_what_is_others_from_an_erasure_that_forgets_whose_it_is(
        self, leaving, monkeypatch
    ):
        aurora = leaving.chain.id(AURORA)
        add_site(leaving.session, aurora, "A1", "Werk", "DE")
        leaving.session.commit()

        def forgetful(session, company_id):
            session.execute(delete(Site))

        monkeypatch.setattr(hub.parties.leaving, "erase", forgetful)
        erase(leaving)
        assert set(leaving.session.scalars(select(Site.company_id))) == {aurora}


class TestTheReceipt:
    def test_names_all_that_was_logged_of_it(self, leaving):
        own = select(DeclarationRow.jws).filter_by(company_id=leaving.chain.id(BEIFENG))
        signed = {digest(jws) for jws in leaving.session.scalars(own)}
        found = check_receipt(erase(leaving), policy_of(leaving.settings))
        kinds = sorted(item.kind for item in found.gone)
        assert kinds == [
            *("annex", "annex", "consent-grant", "consent-grant", "consent-grant"),
            *("consent-revoke", "declaration", "declaration", "statement"),
            *("verification", "verification", "verification-revoke", "withdrawal"),
        ]
        declared = {item.digest for item in found.gone if item.kind == "declaration"}
        assert declared == signed
        assert found.statement["company"] == leaving.chain.id(BEIFENG)
        assert found.statement["demandedBy"] == "company"
        assert found.statement["reason"] == "exit"

    @pytest.mark.parametrize(
        ("member", "change"),
        [
            ("type", lambda v: "tierlight.deletion-receipt/9"),
            ("statement", lambda v: v[:-2] + ("A" if v[-2] != "A" else "B") + v[-1]),
            ("statement", lambda v: 1),
            ("statement", lambda v: "é"),
            ("erased", lambda v: v[1:]),
            ("erased", lambda v: [*v, v[0]]),
            ("erased", lambda v: [{**v[0], "digest": "0" * 64}, *v[1:]]),
            ("erased", lambda v: [{"kind": 1, "digest": "0"}]),
            ("erased", lambda v: [{**v[0], "index": "1"}, *v[1:]]),
            ("erased", lambda v: {}),
            ("proof", lambda v: v.replace("index ", "index 1")),
            ("proof", lambda v: "proof"),
            ("key", lambda v: BEIFENG.jwk),
            ("logKey", lambda v: BEIFENG.jwk),
            ("more", lambda v: 1),
        ],
    )
    def test_with_anything_changed_is_none(self, leaving, member, change):
        receipt = json.loads(erase(leaving))
        changed = canonical({**receipt, member: change(receipt.get(member))})
        with pytest.raises(StandardError):
            check_receipt(changed)

    def test_of_another_log_is_not_believed(self, leaving):
        receipt = erase(leaving)
        other = leaving.settings.model_copy(update={"log_origin": "other/log"})
        check_receipt(receipt)
        with pytest.raises(StandardError, match="log/unknown-log"):
            check_receipt(receipt, policy_of(other))


class TestTheLog:
    def test_is_sound_before_and_after(self, leaving):
        assert flaws(leaving) == []
        erase(leaving)
        assert flaws(leaving) == []

    def test_misses_what_no_erasure_names(self, leaving):
        erase(leaving)
        with owner_of(leaving.database) as holder, Session(holder) as session:
            unbar(session)
            session.execute(text("DELETE FROM consent_event"))
            session.commit()
        assert flaws(leaving) == ["fsck/bytes"]

    def test_finds_bytes_that_came_back(self, leaving):
        event = leaving.session.execute(text("SELECT * FROM consent_event")).mappings().first()
        grant = (
            leaving.session.execute(
                text("SELECT * FROM consent_grant WHERE id = :id"), {"id": event["grant_id"]}
            )
            .mappings()
            .one()
        )
        erase(leaving)
        for table, row in (("consent_grant", grant), ("consent_event", event)):
            values = ", ".join(f":{name}" for name in row)
            leaving.session.execute(
                text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})"),
                {**row, "part_id": None} if "part_id" in row else dict(row),
            )
        leaving.session.commit()
        assert flaws(leaving) == ["fsck/not-erased"]

    def test_keeps_consents_that_no_erasure_names(self, leaving):
        with pytest.raises(Exception, match="append-only"):
            leaving.session.execute(text("DELETE FROM consent_event"))
        leaving.session.rollback()


class TestOthers:
    def test_keep_their_statement_byte_for_byte_and_marked(self, leaving):
        path = f"/v1/statements/{leaving.statement}"
        kept = leaving.session.get_one(StatementRow, leaving.statement)
        signed = (kept.jws, kept.annex, kept.receipt)
        assert leaving.world.get(AURORA, path).json()["summary"]["recomputable"] is True
        erase(leaving)
        leaving.session.expire_all()
        again = leaving.session.get_one(StatementRow, leaving.statement)
        assert (again.jws, again.annex, again.receipt) == signed
        summary = leaving.world.get(AURORA, path).json()["summary"]
        assert summary["recomputable"] is False
        assert [item["declaration"] for item in summary["lost"]] == [leaving.pack]
        (listed,) = leaving.world.get(AURORA, "/v1/statements").json()["items"]
        assert listed == summary
        checked = check_bundle(leaving.world.get(AURORA, f"{path}/bundle").content)
        assert checked.digest == leaving.statement

    def test_get_the_hub_s_signed_word_on_what_is_lost(self, leaving):
        erase(leaving)
        path = f"/v1/statements/{leaving.statement}"
        word = leaving.world.get(AURORA, f"{path}/lost").content
        checked = check_bundle(leaving.world.get(AURORA, f"{path}/bundle").content)
        keys = {thumbprint(key): key for key in checked.keys}
        (lost,) = check_lost(word, leaving.statement, keys)
        assert lost.declaration == leaving.pack
        for other, known in (("0" * 64, keys), (leaving.statement, {})):
            with pytest.raises(StandardError, match="erasure/mark"):
                check_lost(word, other, known)

    def test_find_a_gap_where_it_was(self, leaving):
        before = leaving.chain.get(AURORA, "CAR-1")
        assert before["total"]["excluding_uptake"] == "3100.5"
        erase(leaving)
        after = leaving.chain.get(AURORA, "CAR-1")
        assert after["total"]["excluding_uptake"] == "2200"
        assert "Beifeng" not in json.dumps(after)

    def test_keep_what_it_read_of_them(self, leaving):
        def reads():
            items = leaving.world.get(CELLWERK, "/v1/access-log").json()["items"]
            return [item for item in items if item["reader_id"] == leaving.chain.id(BEIFENG)]

        before = reads()
        erase(leaving)
        assert before
        assert reads() == before

    def test_that_have_nothing_to_do_with_it_notice_nothing(self, leaving):
        tables = ("part", "bom_line", "declaration", "consent_grant", "rollup_statement")
        ids = [leaving.chain.id(actor) for actor in (AURORA, CELLWERK, FOXGLOVE)]
        before = [counted(leaving.session, name) for name in ids]
        erase(leaving)
        after = [counted(leaving.session, name) for name in ids]
        for old, new in zip(before, after, strict=True):
            assert {name: old[name] for name in tables} == {name: new[name] for name in tables}


class TestThePlan:
    def test_counts_and_names_nobody(self, leaving):
        company_id = leaving.chain.id(BEIFENG)
        plan = plan_of(leaving.session, company_id)
        assert (plan.statements, plan.companies) == (1, 1)
        assert plan.goes == counted(leaving.session, company_id)
        told = leaving.world.get(BEIFENG, "/v1/company/erasure").text
        for name in ("Aurora", leaving.chain.id(AURORA), leaving.statement):
            assert name not in told
