"""The wall as the database's catalogue knows it, and as raw SQL meets it.

`FOXGLOVE` deals with nobody: whatever is asked in its name, nothing of the others comes out, and
nothing goes in under their names. What the query layer lets through is tested on both databases by
`test_hostile.py` and `portal/test_isolation.py`.
"""

import ast
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import TextClause, inspect, text
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.orm import Session

import hub
from hub.access.caller import Caller
from hub.access.invitations import invite_company
from hub.access.tables import FailedSignIn, MachineKey, OidcLink, OidcRound, UsedAssertion
from hub.access.usecases import add_machine, add_person, sign_in
from hub.activity.shared_codes import new_code
from hub.activity.sheets import FORMS, Sheet
from hub.activity.usecases import record_rows
from hub.bom.tables import Part
from hub.calculator.tables import CalculationBill, CalculationDraft
from hub.declarations.tables import DeclarationFinding, PreparedDeclaration
from hub.disclosure.tables import AnswerSource, StoredAnswer
from hub.exit.tables import ErasureDemand
from hub.exports.battery.queries import site_coded
from hub.exports.battery.tables import BatteryClass, BatteryDeclaration, BatteryModelRow
from hub.findings.tables import FindingDecision
from hub.footprints.tables import BomSnapshot, StatementInput, StatementRow, ValueRelease
from hub.kit.clock import now
from hub.kit.database import Database, as_hub, open_database
from hub.kit.outbox import post
from hub.kit.roles import unfit
from hub.kit.tables import Base, PeriodicWork
from hub.kit.wall import on_behalf, reading
from hub.kit.wall_policies import Open, Wall, policies
from hub.main import create_app
from hub.parties.assurance import confirm_by_registry
from hub.parties.groups import relate
from hub.parties.usecases import add_site
from hub.sharing.glass import read_at_command_line
from hub.trust.tables import HubKey, LogErasure
from hub.trust.usecases import challenge
from hub.workbooks.tables import ImportRow, ImportRun
from tests.cast import AURORA, BEIFENG, CAST, CELLWERK, DONGHAI, FOXGLOVE, GUTACHTEN
from tests.conftest import SERVER, Databases, owner_of, settings_for, worked_on
from tests.hub.chain import Chain
from tests.hub.conftest import World, enrol
from tests.hub.footprints.test_verified import revoke, verify
from tests.hub.test_hostile import planted

WALLS: dict[str, Wall | Open] = {
    mapper.class_.__tablename__: mapper.class_.__wall__ for mapper in Base.registry.mappers
}
WALLED = sorted(name for name, wall in WALLS.items() if isinstance(wall, Wall))
SECRET = [n for n in WALLED if getattr(WALLS[n], "sees", "") != "true" and n != "key_event"]
"""Behind the wall, and not published."""
REMEDY = (
    "give the class `__wall__` (hub/kit/wall_policies.py) and raise it in the migration that makes "
    "the table: docs/operator.md, A new table"
)
HUB_SCOPES = {
    "hub/access/usecases.py": "an email signs in once; who leaves takes sessions and tokens along",
    "hub/access/api.py": "a token is looked up before it is known whose it is; tokens are issued",
    "hub/activity/queries.py": "a serial or a site claimed twice, by whomever; nobody is named",
    "hub/access/mailing.py": "people are written to whose addresses nobody is told",
    "hub/access/invitations.py": "a company that was invited is nobody's until it is claimed",
    "hub/access/leaving.py": "sessions, tokens and accounts elsewhere end with who has them",
    "hub/bom/leaving.py": "a link that names an erased company becomes text, and is its buyer's",
    "hub/bom/resolution.py": "a link that names a company as text is not yet its supplier's",
    "hub/bom/succession.py": "a supplier's word on a link takes the place of its buyer's row",
    "hub/cli/terminal.py": "the operator's commands",
    "hub/findings/deciding.py": "a dispute is put to the company that operates the hub",
    "hub/footprints/releases.py": "what was told to anybody decides what is told next",
    "hub/kit/database.py": "what only the hub sees is kept in its own name",
    "hub/kit/web.py": "defines the session of who signs in",
    "hub/footprints/engine/compiling.py": "how large a table is decides how it is read",
    "hub/parties/assurance.py": "what the hub has recorded of an identity ends with its key",
    "hub/parties/leaving.py": "who vouched for a company goes with it",
    "hub/requests/leaving.py": "what the asked noted of a request goes with it",
    "hub/requests/mail.py": "whom of a company a mail about a request goes to; nobody is told",
    "hub/sharing/queries.py": "how often one has read stands in the records of the owners",
    "hub/disclosure/leaving.py": "answers kept for others that rest on an erased company go too",
    "hub/exit/holdings.py": "what would go is counted, also what no company sees",
    "hub/footprints/leaving.py": "how many results of others rest on what would go, in numbers",
    "hub/declarations/public_word.py": "anybody is told whether a declaration stands, no more",
    "hub/declarations/leaving_verifications.py": "what verifiers said goes with what is erased",
    "hub/sharing/leaving.py": "an access log goes whole; its owner cannot delete a line",
    "hub/trust/proofs.py": "who brings a digest may know of its place in the log",
    "supplier_portal/reader.py": "a cookie is looked up before it is known whose it is",
    "supplier_portal/views/account.py": "a person's own password and sessions",
    "supplier_portal/views/join.py": "whoever holds an invitation is nobody here yet",
    "supplier_portal/views/keys.py": "a password and a session are looked at once more",
    "supplier_portal/views/oidc.py": "whoever a provider names is looked up before it is known who",
    "supplier_portal/views/sign_in.py": "signing in and out",
}
ON_BEHALF = {
    "hub/bom/resolution.py": "whoever knows the number of a part may name it in a link",
    "hub/declarations/verification_queries.py": "a verifier's own statements, whatever it may see",
    "hub/disclosure/declaration_page.py": "the number and name that a visible declaration is of",
    "hub/disclosure/links.py": "what a customer calls the part of which it names the supplier",
    "hub/disclosure/receipt_page.py": "whose and of what part a visible declaration is",
    "hub/findings/compositions.py": "what the inputs of a declared value are to its declarant",
    "hub/findings/documents.py": "what the declarations of a total say, for the rules",
    "hub/findings/inputs.py": "the inputs of a declarant, as far as that declarant may see them",
    "hub/findings/own_books.py": "whether a declarant's own books have changed since it declared",
    "hub/findings/statements.py": "who verified the declarations of a total, and whose key signed",
    "hub/findings/usecases.py": "what was found at the door in the declarations of a total",
    "hub/footprints/kept.py": "the same, where a process has read it before",
    "hub/footprints/network.py": "a supplier's built-up value, spliced where its consent lets it",
    "hub/footprints/portfolios.py": "which of the declarations of a portfolio are new",
    "hub/sharing/queries.py": "what a buyer on the way to the reader was granted",
}

on_postgres = pytest.mark.skipif(SERVER is None, reason="SQLite has no row security")


def test_every_table_says_who_may_see_its_rows():
    silent = [m.class_.__name__ for m in Base.registry.mappers if "__wall__" not in vars(m.class_)]
    assert silent == [], REMEDY
    unexplained = [n for n, w in WALLS.items() if isinstance(w, Open) and len(w.reason) < 20]
    assert unexplained == []


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"as_hub", "beyond", "hub_database_of", "HubSessionDep"}, HUB_SCOPES),
        ({"on_behalf", "reading"}, ON_BEHALF),
    ],
    ids=["the hub", "on behalf"],
)
def test_only_named_places_leave_the_scope_of_who_asks(names, expected):
    found = set()
    root = Path(hub.__file__).parent.parent
    for path in [*root.glob("hub/**/*.py"), *root.glob("supplier_portal/**/*.py")]:
        tree = ast.parse(path.read_text("utf-8"))
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        taken = {a.name for i in imports if str(i.module).startswith("hub.kit") for a in i.names}
        if taken & names:
            found.add(str(path.relative_to(root)))
    assert found == set(expected)


@on_postgres
class TestTheCatalogue:
    def test_has_the_wall_of_every_table(self, session):
        rows = session.execute(
            text(
                "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class"
                " WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace"
            )
        )
        stands = {name: walled for name, walled in rows if name != "alembic_version"}
        missing = {n for n in stands if n not in WALLS or (n in WALLED) != stands[n]}
        assert missing == set(), REMEDY

    @pytest.mark.parametrize("table", WALLED)
    def test_has_the_policies_that_a_table_declares(self, session, table):
        rows = session.execute(
            text("SELECT policyname, cmd, qual, with_check FROM pg_policies WHERE tablename = :t"),
            {"t": table},
        ).all()
        wall = WALLS[table]
        assert isinstance(wall, Wall)
        assert {(name, command) for name, command, _, _ in rows} == policies(wall), REMEDY
        conditions = {text for _, _, *both in rows for text in both if text}
        assert all("tierlight." in c or "EXISTS" in c or c == "true" for c in conditions)

    def test_knows_the_hub_s_role_as_one_that_the_wall_binds(self, session):
        assert unfit(session.connection()) is None
        role = session.execute(
            text("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        ).one()
        assert role == (False, False)
        owners = text("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
        assert session.scalar(text("SELECT current_user")) not in set(session.scalars(owners))

    def test_refuses_the_owner(self, own_database):
        with owner_of(own_database) as connection:
            refusal = unfit(connection)
        assert refusal is not None
        assert refusal.code == "hub/role-owner"


@pytest.fixture(scope="module")
def stage(databases: Databases, template_url: str) -> Iterator[tuple[Database, Chain]]:
    """A database in which every table has rows of companies that Foxglove has no part in."""
    url = worked_on(databases.copy(template_url))
    database = open_database(url)
    app = create_app(settings_for(url), database)
    with (
        TestClient(app, base_url="http://127.0.0.1") as client,
        as_hub(database).write() as session,
    ):
        members = {actor: enrol(session, actor) for actor in CAST}
        session.commit()
        chain = Chain(World(members, client, session))
        digest = chain.world.declared(BEIFENG, "W-1", mass_kg="1")
        chain.world.post(BEIFENG, f"/v1/declarations/{digest}/withdrawal", json={"reason": "wrong"})
        chain.world.declared(BEIFENG, "S-1", **{"stage:all": "12.50"})
        planted(chain)
        chain.get(AURORA, "CAR-1")  # recorded with Beifeng
        _plant_more(session, chain, digest)
        session.commit()
        yield database, chain
    database.engine.dispose()


def _plant_more(session: Session, chain: Chain, digest: str) -> None:
    """Rows of what the cast has not come to."""
    company, part, at = chain.id(BEIFENG), chain.part(BEIFENG, "PACK-1"), now()
    chain.grant(BEIFENG, GUTACHTEN)
    revoke(chain, verify(chain, BEIFENG, digest))
    relate(session, company, chain.id(GUTACHTEN))
    confirm_by_registry(
        session, company, BEIFENG.identifier, source="r", checked_on=at.date(), by="operator"
    )
    add_site(session, company, "S", "Geheimteil", "CN")
    _plant_activity(session, company)
    person = add_person(
        session, company, "p@pack.example", "Geheimteil", ["lca-officer"], "en", "Verschwiegen"
    )
    session.add(OidcLink(person_id=person.id, issuer="https://login.example", open_until=at))
    session.add(OidcRound(id="r", provider="works", next="/", expires_at=at))
    session.add(UsedAssertion(id="u", expires_at=at))
    machine, _ = add_machine(session, company, "ERP")
    session.add(MachineKey(machine_id=machine, thumbprint="m", jwk="{}", added_at=at))
    sign_in(session, "p@pack.example", "Verschwiegen")
    challenge(session, company, 600)
    found = {"code": "c", "severity": "note", "path": "$", "evidence": "{}"}
    session.add(DeclarationFinding(declaration=digest, position=90, **found))
    waiting = {"company_id": company, "part_id": part, "actor": person.id, "cells": "{}"}
    when = {"created_at": at, "expires_at": at}
    session.add(PreparedDeclaration(**waiting, **when, payload=b"{}", digest="d"))
    drafted = {"changed_at": at, "changed_by": "p", "answers": "{}"}
    draft = CalculationDraft(company_id=company, part_id=part, created_at=at, **drafted)
    session.add(draft)
    session.flush()
    bill = {"about": "electricity", "file_name": "b.pdf", "digest": "e" * 64, "added_by": "p"}
    session.add(CalculationBill(company_id=company, draft_id=draft.id, added_at=at, **bill))
    entered = {"company_id": company, "part_id": part, "recorded_at": at}
    session.add(BatteryClass(**entered, component="cell"))
    site = site_coded(session, company, "S").id
    session.add(BatteryModelRow(**entered, site_id=site, document=b"{}", recorded_by="p"))
    handed_out = {"ruleset": "r", "format": "f", "audience": "public", "recorded_by": "p"}
    digests = {"inputs_digest": "a" * 64, "file_digest": "b" * 64}
    session.add(BatteryDeclaration(**entered, **handed_out, **digests, site_id=site))
    session.add(FailedSignIn(subject="a" * 64, at=at))
    invite_company(session, Caller(company, "person:p"), **INVITED)
    session.add(PeriodicWork(name="w", due_at=at))
    post(session, to="p@pack.example", language="en", template="test", params={})
    _plant_a_workbook(session, company, at)
    read_at_command_line(session, company, "audit", None, "hub rollup")
    _plant_what_was_computed(session, chain, digest, person.id)


def _plant_what_was_computed(session: Session, chain: Chain, digest: str, person_id: str) -> None:
    """Answers, decisions, statements and demands that rest on what was declared."""
    company, part, at = chain.id(BEIFENG), chain.part(BEIFENG, "PACK-1"), now()
    session.add(HubKey(thumbprint="k", jwk="{}", added_at=at, statement=b"", log_index=900))
    kept = {"id": "a", "company_id": company, "key": "k", "kind": "x", "stored_at": at}
    session.add(StoredAnswer(**kept, digest="d", size=0, body=b"", reads="[]"))
    session.flush()
    session.add(AnswerSource(answer_id="a", company_id=company, changes=0))
    said = {"company_id": company, "author_id": company, "actor": person_id, "at": at}
    about = {"key": "k", "code": "c", "severity": "note", "subject": "{}", "evidence": "{}"}
    asked = {"kind": "dispute", "asked": "partner", "asked_id": chain.id(AURORA)}
    numbers = {"evidence_digest": "d", "unit_digest": "d"}
    session.add(FindingDecision(**said, **about, **asked, **numbers))
    compiled = {"company_id": company, "state": "s", "format": 1, "made_at": at}
    session.add(BomSnapshot(**compiled, digest="d", body=b""))
    stated = {"company_id": company, "part_id": part, "as_of": at.date(), "known_at": at}
    signed = {"key": "k", "log_index": 900, "jws": b"", "annex": b"", "receipt": b""}
    session.add(StatementRow(**stated, **signed, digest="d", basis="declared", made_at=at))
    told = {"part_id": part, "company_id": company, "at": at, "policy": "p"}
    session.add(ValueRelease(**told, number=1, digest="d", body=b""))
    session.flush()
    session.add(StatementInput(statement="d", declaration=digest, is_told=True))
    demanded = {"reason": "exit", "actor": "person:p", "demanded_at": at, "due_at": at}
    session.add(ErasureDemand(company_id=company, **demanded))
    erasure = {"scope": "annexes", "at": at, "jws": b"", "erased": b"[]"}
    session.add(LogErasure(log_index=901, company_id=company, **erasure))


INVITED: Any = {"name": "New", "email": "n@new.example", "language": "en", "country": "CN"}


def _plant_activity(session: Session, company: str) -> None:
    """A row of each sheet of what a factory uses and makes."""
    rows = {
        Sheet.ENERGY: "S 2025-01 electricity . . . 7 kWh . .",
        Sheet.PRODUCTION: "S PACK-1 2025-01 7 1 piece . .",
        Sheet.INSTRUMENTS: "S A certificate 2025 7 MWh . wind . GO 7 . . . . .",
        Sheet.ALLOCATIONS: "S electricity PACK-1 2025 mass . . . .",
        Sheet.SHARES: f"S electricity 2025 {new_code()} 0.5 .",
        Sheet.USES: "S 2025 electricity office 7 kWh . .",
    }
    for sheet, row in rows.items():
        cells = ["" if cell == "." else cell for cell in row.split()]
        told = zip((column.name for column in FORMS[sheet].columns), cells, strict=True)
        record_rows(session, company, sheet, [dict(told)], "test")


OWNERS = {
    "access_record": "owner_id",
    "break_glass": "owner_id",
    "access_token": "(SELECT company_id FROM machine WHERE machine.id = machine_id)",
    "company": "id",
    "consent_event": "(SELECT owner_id FROM consent_grant g WHERE g.id = grant_id)",
    "consent_grant": "owner_id",
    "declaration_annex": "(SELECT company_id FROM declaration d WHERE d.digest = declaration)",
    "declaration_finding": "(SELECT company_id FROM declaration d WHERE d.digest = declaration)",
    "declaration_withdrawal": "(SELECT company_id FROM declaration d WHERE d.digest = declaration)",
    "failed_sign_in": "''",
    "footprint_request": "asker_id",
    "request_event": "asker_id",
    "machine_key": "(SELECT company_id FROM machine WHERE machine.id = machine_id)",
    "oidc_link": "(SELECT company_id FROM person p WHERE p.id = person_id)",
    "oidc_round": "''",
    "periodic_work": "''",
    "used_assertion": "''",
    "import_row": "(SELECT company_id FROM import_run r WHERE r.id = run_id)",
    "invitation": "inviter_id",
    "key_event": "(SELECT company_id FROM signing_key k WHERE k.thumbprint = key_event.thumbprint)",
    "receipt": "(SELECT company_id FROM declaration d WHERE d.digest = receipt.digest)",
    "rollup_statement_input": "(SELECT company_id FROM rollup_statement s"
    " WHERE s.digest = statement)",
    "scenario_version": "(SELECT company_id FROM scenario s WHERE s.id = scenario_id)",
    "sourcing_link": "buyer_id",
    "stored_answer_source": "(SELECT company_id FROM stored_answer a WHERE a.id = answer_id)",
    "verification_revocation": (
        "(SELECT company_id FROM verification v WHERE v.digest = verification)"
    ),
    "web_session": "(SELECT company_id FROM person p WHERE p.id = person_id)",
}
"""Whose a row is, where no column `company_id` says so."""


def _plant_a_workbook(session: Session, company: str, at: datetime) -> None:
    sent = {"id": "w", "company_id": company, "actor": "p", "language": "de", "name": "x.xlsx"}
    about = {"digest": "d", "mark": "", "from_1904": False, "layout": "{}", "problems": "[]"}
    far = {"state": "done", "position": 0, "rows": 1, "created_at": at, "changed_at": at}
    session.add(ImportRun(**sent, **about, **far))
    session.flush()
    row = {"run_id": "w", "position": 1, "key": "k", "entry": "{}", "given": "", "digest": ""}
    session.add(ImportRow(**row, state="taken", problems="[]"))


def rows_of_others(session: Session, table: str, company_id: str) -> list[dict[str, Any]]:
    """What a scope shows of a table, but for the company's own."""
    owner = OWNERS.get(table, "company_id")
    query = f"SELECT * FROM {table} WHERE coalesce({owner}, '') <> :mine"
    return [dict(row) for row in session.execute(text(query), {"mine": company_id}).mappings()]


@on_postgres
@pytest.mark.parametrize("table", SECRET)
class TestRawSql:
    def test_shows_nothing_of_others(self, stage, table):
        database, chain = stage
        foxglove = chain.id(FOXGLOVE)
        with as_hub(database).read() as session:
            assert rows_of_others(session, table, foxglove), f"plant rows of {table}"
        with database.of_company(foxglove).read() as session:
            own = session.execute(text(f"SELECT * FROM {table}")).all()
            assert rows_of_others(session, table, foxglove) == []
        assert len(own) <= 1  # its own machine

    def test_shows_nothing_to_who_has_stated_nothing(self, stage, table):
        with stage[0].read() as session:
            assert session.execute(text(f"SELECT * FROM {table}")).all() == []


@on_postgres
@pytest.mark.parametrize("table", WALLED)
class TestInTheNameOfOthers:
    def test_nothing_is_added(self, stage, table):
        database, chain = stage
        with as_hub(database).read() as session:
            rows = rows_of_others(session, table, chain.id(FOXGLOVE))
        row = next(row for row in rows if row.get("object_kind") != "aggregate")
        columns = ", ".join(f'"{name}"' for name in row)
        values = ", ".join(f":{name}" for name in row)
        insert = text(f"INSERT INTO {table} ({columns}) VALUES ({values})")
        refused = pytest.raises(DBAPIError, match="row-level security")
        with database.of_company(chain.id(FOXGLOVE)).write() as session, refused:
            session.execute(insert, row)

    @pytest.mark.parametrize("edit", ["UPDATE {t} SET {c} = {c}", "DELETE FROM {t}"])
    def test_nothing_is_changed(self, stage, table, edit):
        database, chain = stage
        mine = chain.id(FOXGLOVE)
        column = inspect(database.engine).get_columns(table)[0]["name"]
        owner = OWNERS.get(table, "company_id")
        others = f" WHERE coalesce({owner}, '') <> '{mine}'"
        statement = text(edit.format(t=table, c=f'"{column}"') + others)
        with database.of_company(mine).write() as session:
            assert changed(session, statement) == 0


def changed(session: Session, statement: TextClause) -> int:
    """Rows that a statement changes; none where the role may not change any of the table."""
    try:
        return session.connection().execute(statement).rowcount
    except ProgrammingError as error:
        if "permission denied" in str(error):
            return 0
        raise
    finally:
        session.rollback()


@on_postgres
class TestAScope:
    def test_ends_with_its_transaction_and_does_not_stay_in_the_pool(self, stage):
        database, chain = stage
        asked = text("SELECT coalesce(current_setting('tierlight.viewer', true), '')")
        with database.of_company(chain.id(BEIFENG)).write() as session:
            assert session.scalars(text("SELECT id FROM part")).all() != []
            assert session.scalar(asked) == chain.id(BEIFENG)
            session.commit()
            connection = session.connection()
            assert session.scalar(asked) == chain.id(BEIFENG)  # stated anew
            assert connection.dialect.name == "postgresql"
        for _ in range(database.engine.pool.size() + 1):
            with database.engine.connect() as connection:
                assert connection.scalar(asked) == ""
                assert connection.execute(text("SELECT * FROM part")).all() == []

    def test_of_a_transaction_that_begins_with_a_savepoint_is_stated(self, stage):
        database, chain = stage
        with database.of_company(chain.id(BEIFENG)).write() as session, session.begin_nested():
            assert session.query(Part).count() > 0

    def test_makes_a_forgotten_filter_harmless(self, stage):
        database, chain = stage
        with database.of_company(chain.id(CELLWERK)).read() as session:
            assert {part.company_id for part in session.query(Part)} == {chain.id(CELLWERK)}

    def test_opens_the_declarations_of_who_has_granted_something(self, stage):
        database, chain = stage
        owners = text("SELECT DISTINCT company_id FROM declaration")
        for reader, expected in (
            (AURORA, {AURORA, BEIFENG}),
            (BEIFENG, {BEIFENG, CELLWERK}),
            (DONGHAI, set()),
        ):
            with database.of_company(chain.id(reader)).read() as session:
                found = set(session.scalars(owners))
            assert found == {chain.id(actor) for actor in expected}

    def test_on_behalf_reads_as_the_owner_writes_nothing_and_goes_back(self, stage):
        database, chain = stage
        with database.of_company(chain.id(AURORA)).write() as session:
            with on_behalf(session, chain.id(CELLWERK)):
                part = session.query(Part).first()
                assert part.company_id == chain.id(CELLWERK)
                add = text("INSERT INTO part VALUES ('x', :owner, 'X', now())")
                with pytest.raises(DBAPIError, match="row-level security"), session.begin_nested():
                    session.execute(add, {"owner": chain.id(CELLWERK)})
            assert {p.company_id for p in session.query(Part)} == {chain.id(AURORA)}

    def test_goes_back_after_an_error_too(self, stage):
        database, chain = stage
        with database.of_company(chain.id(AURORA)).read() as session:
            with pytest.raises(LookupError), reading(session, [chain.id(CELLWERK)]):
                raise LookupError
            assert {p.company_id for p in session.query(Part)} == {chain.id(AURORA)}

    def test_goes_back_where_a_savepoint_undoes_a_failed_statement(self, stage):
        database, chain = stage
        mine, other = chain.id(AURORA), chain.id(CELLWERK)
        with database.of_company(mine).read() as session:
            session.connection()
            with pytest.raises(DBAPIError), session.begin_nested(), on_behalf(session, other):
                session.execute(text("SELECT 1 / 0"))
            assert {p.company_id for p in session.query(Part)} == {mine}
            with on_behalf(session, other):
                assert {p.company_id for p in session.query(Part)} == {other}

    def test_holds_behind_a_plain_view(self, stage):
        database, chain = stage
        role = database.engine.url.username
        with owner_of(database) as connection:
            connection.execute(text("CREATE VIEW every_part AS SELECT * FROM part"))
            connection.execute(text(f"GRANT SELECT ON every_part TO {role}"))
        seen = text("SELECT DISTINCT company_id FROM every_part")
        with database.read() as session:
            assert session.scalars(seen).all() == []
        with database.of_company(chain.id(CELLWERK)).read() as session:
            assert session.scalars(seen).all() == [chain.id(CELLWERK)]
        with owner_of(database) as connection:
            connection.execute(text("DROP VIEW every_part"))

    def test_lets_the_owner_of_the_tables_see_nothing_either(self, stage):
        with owner_of(stage[0]) as connection:
            connection.execute(text("SELECT set_config('tierlight.viewer', '', true)"))
            assert connection.execute(text("SELECT * FROM part")).all() == []
