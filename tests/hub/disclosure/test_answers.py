"""Kept answers: told again as they are while they hold, never a moment longer, to nobody else."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from hub.disclosure import answers
from hub.disclosure.footprint import Question, answer, findings_with_states, footprint
from hub.disclosure.portfolio import vehicles
from hub.disclosure.tables import AnswerSource, StoredAnswer
from hub.disclosure.trees import tree
from hub.findings import settings_file
from hub.findings.settings import FindingSettings
from hub.kit.at_hand import with_at_hand
from hub.kit.clock import now
from hub.kit.database import Database, transaction
from hub.parties.changes import touch
from hub.parties.tables import CompanyChanges
from hub.sharing.tables import AccessRecord, Grant
from hub.sharing.usecases import reads_noted
from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE, YEAR, Actor
from tests.hub.chain import Chain, car
from tierlight_schemas.findings import Severity

VIEWS = ("footprint", "tree", "findings")
EARLIER = f"{YEAR}-12-30"
"""Whoever declares for a period with a later end, declares anew."""


@pytest.fixture
def shared(cars: Chain) -> Chain:
    """Aurora's car with a pack that Beifeng declared and shares."""
    cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300", period_end=EARLIER)
    cars.grant(BEIFENG, AURORA)
    return cars


def ask(chain: Chain, view: str = "footprint", reader: Actor = AURORA, **asked: Any) -> Any:
    number = {AURORA: "CAR-1", BEIFENG: "PACK-1"}[reader]
    path = f"/v1/parts/{chain.part(reader, number)}/{view}" if view in VIEWS else f"/v1/{view}"
    headers = asked.pop("headers", {}) | chain.world.members[reader].headers
    answer = chain.world.client.get(path, params=asked, headers=headers)
    assert answer.status_code in (200, 304), answer.text
    return answer


def kept(chain: Chain) -> int:
    count = chain.world.session.scalar(select(func.count()).select_from(StoredAnswer)) or 0
    chain.world.session.commit()
    return count


def reads(chain: Chain) -> list[tuple[Any, ...]]:
    columns = ("reader_id", "object_kind", "object_id", "level", "purpose", "grant_id")
    rows = chain.world.session.scalars(select(AccessRecord)).all()
    chain.world.session.commit()
    return sorted(tuple(str(getattr(row, name)) for name in columns) for row in rows)


class TestSettingsOfFindings:
    CODE = "tier/inbound-leg-missing"

    @pytest.mark.parametrize("view", [*VIEWS, "vehicles"])
    def test_other_settings_are_another_question(self, shared, view, monkeypatch):
        before = ask(shared, view).content
        milder = FindingSettings(severities={self.CODE: Severity.NOTE})
        monkeypatch.setattr(settings_file, "AS_SHIPPED", milder)
        after = ask(shared, view).content
        assert kept(shared) == 2
        assert (view == "tree") or after != before
        monkeypatch.undo()
        assert ask(shared, view).content == before
        assert kept(shared) == 2

    def test_are_applied_wherever_findings_are_told(self, shared, monkeypatch):
        assert self.CODE in {each["code"] for each in ask(shared, "findings").json()}
        before = ask(shared, "vehicles").json()[0]["findings"]
        monkeypatch.setattr(
            settings_file, "AS_SHIPPED", FindingSettings(severities={self.CODE: None})
        )
        for told in (ask(shared, "findings").json(), ask(shared).json()["findings"]):
            assert self.CODE not in {each["code"] for each in told}
        after = ask(shared, "vehicles").json()[0]["findings"]
        assert after["warning"] < before["warning"]


class TestWhileNothingChanges:
    @pytest.mark.parametrize("view", [*VIEWS, "vehicles"])
    def test_the_same_bytes_are_told_again(self, shared, view):
        first, second = ask(shared, view), ask(shared, view)
        assert second.content == first.content
        assert second.headers["etag"] == first.headers["etag"]
        assert kept(shared) == 1

    def test_nothing_is_computed(self, shared, monkeypatch):
        first = ask(shared)
        monkeypatch.setattr("hub.disclosure.footprint.answer", lambda *_: pytest.fail("computed"))
        assert ask(shared).content == first.content

    def test_the_instant_is_that_of_the_answer(self, shared):
        before = now()
        first = ask(shared).json()["known_at"]
        assert ask(shared).json()["known_at"] == first
        assert before <= datetime.fromisoformat(first) <= now()

    @pytest.mark.parametrize("view", [*VIEWS, "vehicles"])
    def test_every_read_is_on_record(self, shared, view):
        ask(shared, view)
        once = reads(shared)
        ask(shared, view)
        ask(shared, view, headers={"If-None-Match": "*"})
        assert len(once) == 1
        assert reads(shared) == sorted(once * 3)

    def test_the_record_bears_the_time_of_each_read(self, shared):
        ask(shared)
        between = now()
        ask(shared)
        times = sorted(shared.world.session.scalars(select(AccessRecord.at)))
        assert times[0] < between < times[1]

    def test_nothing_is_told_that_could_not_be_recorded(self, shared, app, database):
        content = ask(shared).content

        def refuse():
            raise RuntimeError("the disk is full")

        app.state.database = Database(database.engine, refuse, database.read)  # type: ignore[arg-type]
        path = f"/v1/parts/{shared.part(AURORA, 'CAR-1')}/footprint"
        refused = shared.world.get(AURORA, path)
        assert (refused.status_code, refused.json()["code"]) == (500, "hub/defect")
        app.state.database = database
        assert ask(shared).content == content

    @pytest.mark.parametrize(
        "other",
        [
            {"as_of": "2026-01-01"},
            {"basis": "deep"},
            {"top": "1"},
            {"headers": {"Accept-Language": "de"}},
            {"known_at": "2030-01-01T00:00:00Z"},
        ],
        ids=str,
    )
    def test_another_question_has_an_answer_of_its_own(self, shared, other):
        first = ask(shared)
        second = ask(shared, **other)
        assert second.headers["etag"] != first.headers["etag"]
        assert ask(shared, **other).content == second.content
        assert ask(shared).content == first.content
        assert kept(shared) == 2

    def test_a_past_instant_is_kept_for_itself(self, shared):
        instant = now().isoformat()
        first = ask(shared, known_at=instant)
        shared.tables(AURORA, parts="number name\nNEW New")
        assert ask(shared, known_at=instant).content == first.content
        assert first.json()["known_at"] == instant

    @pytest.mark.parametrize("asked", [{"path": "0"}, {"depth": "2"}, {"depth": "0"}])
    def test_only_the_first_level_of_a_tree_is_kept(self, shared, asked):
        assert ask(shared, "tree", **asked).content == ask(shared, "tree", **asked).content
        assert kept(shared) == 0

    def test_a_refusal_is_not(self, shared):
        path = f"/v1/parts/{shared.part(BEIFENG, 'PACK-1')}/footprint"
        for _ in range(2):
            assert shared.world.get(AURORA, path).status_code == 404
        assert kept(shared) == 0


def revoke_all(chain: Chain) -> None:
    """End all grants of Beifeng's that stand."""
    query = select(Grant.id).where(Grant.revoked_at.is_(None), Grant.owner_id == chain.id(BEIFENG))
    found = chain.world.session.scalars(query).all()
    chain.world.session.commit()
    for grant_id in found:
        chain.revoke(BEIFENG, grant_id)


BOM = "parent child quantity unit\nCAR-1 AM-PACK 1 piece\nCAR-1 AM-STEEL 800 kg"
SOURCING = """
    part supplier supplier_part share delivery_term
    AM-PACK uscc:91BEIFENG000000002 PACK-1 0.5 DAP"""
CHANGES: dict[str, Callable[[Chain], object]] = {
    "a revoked grant": revoke_all,
    "a grant of more": lambda c: c.grant(BEIFENG, AURORA, level=2, aggregate=True),
    "a withdrawn declaration": lambda c: c.world.post(
        BEIFENG, f"/v1/declarations/{c.declare(BEIFENG, 'PACK-1', '1')}/withdrawal",
        json={"reason": "wrong"},
    ),
    "a new declaration": lambda c: c.declare(BEIFENG, "PACK-1", "901", mass_kg="300"),
    "a changed line": lambda c: c.tables(AURORA, bom=BOM),
    "a new factor": lambda c: c.tables(
        AURORA, factors="category unit value source year\nsteel-part kg 2.3 invented 2025"
    ),
    "a changed share": lambda c: c.tables(AURORA, sourcing=SOURCING),
    "a changed part": lambda c: c.tables(AURORA, parts="number name\nCAR-1 Renamed"),
    "a changed part of the supplier": lambda c: c.tables(
        BEIFENG, parts="number name kind\nPACK-1 Better assembly"
    ),
}  # fmt: skip
"""What ends an answer of Aurora's about its car, and is seen in it."""


class TestAChange:
    @pytest.mark.parametrize("view", [*VIEWS, "vehicles"])
    @pytest.mark.parametrize("change", CHANGES)
    def test_ends_the_answer_at_once(self, shared, change, view):
        ask(shared, view)
        CHANGES[change](shared)
        told = ask(shared, view).json()
        shared.world.session.execute(delete(StoredAnswer))
        shared.world.session.commit()
        assert same_but_instant(told, ask(shared, view).json())

    @pytest.mark.parametrize("change", ["a revoked grant", "a new declaration", "a changed line"])
    def test_is_seen(self, shared, change):
        before = ask(shared).json()["total"]["excluding_uptake"]
        CHANGES[change](shared)
        assert ask(shared).json()["total"]["excluding_uptake"] != before

    def test_a_confirmed_link_counts_at_once(self, supply):
        car(supply, confirmed=False)
        supply.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
        supply.grant(BEIFENG, AURORA)
        assert ask(supply).json()["total"]["excluding_uptake"] == "2200"
        supply.confirm(BEIFENG)
        assert ask(supply).json()["total"]["excluding_uptake"] == "3100"

    def test_deep_in_the_chain_ends_what_rests_on_it(self, cars):
        cars.grant(BEIFENG, AURORA, aggregate=True)
        cars.grant(CELLWERK, BEIFENG, aggregate=True)
        cars.declare(CELLWERK, "CELL-1", "10", period_end=EARLIER)
        before = ask(cars).json()["total"]["excluding_uptake"]
        cars.declare(CELLWERK, "CELL-1", "11")
        assert ask(cars).json()["total"]["excluding_uptake"] != before

    def test_of_others_ends_nothing(self, shared):
        first = ask(shared)
        shared.tables(FOXGLOVE, parts="number name\nFX-1 Fox")
        shared.grant(CELLWERK, FOXGLOVE)
        assert ask(shared).content == first.content

    def test_a_grant_that_ends_by_date_is_over_on_that_day(self, cars, monkeypatch):
        today = now().date()
        cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
        cars.grant(BEIFENG, AURORA, valid_to=today + timedelta(days=1))
        day: dict[str, Any] = {"as_of": today.isoformat(), "known_at": now().isoformat()}
        assert ask(cars, **day).json()["total"]["excluding_uptake"] == "3100"
        tomorrow = now() + timedelta(days=1)
        for module in ("hub.sharing.queries", "hub.disclosure.answers", "hub.disclosure.api"):
            monkeypatch.setattr(f"{module}.now", lambda: tomorrow)
        assert ask(cars, **day).json()["total"]["excluding_uptake"] == "2200"

    def test_of_the_day_while_it_is_computed_keeps_it_for_the_day_before(self, cars, monkeypatch):
        asked = answers.Asked(cars.id(AURORA), "footprint", Question.now(), ("part",))
        key, tomorrow = asked.key, now() + timedelta(days=1)
        monkeypatch.setattr("hub.disclosure.answers.now", lambda: tomorrow)
        assert asked.key == key
        assert answers.Asked(asked.company_id, "footprint", asked.question, ("part",)).key != key

    def test_that_is_undone_ends_nothing(self, shared, database):
        first = ask(shared)
        with database.write() as session:
            touch(session, shared.id(AURORA))
            session.rollback()
        assert ask(shared).content == first.content


class TestWhatIsNotKept:
    def test_when_something_bears_a_later_time(self, shared):
        """Another server's clock may be ahead: what it recorded is not known yet, but will be."""
        shared.world.session.execute(
            update(CompanyChanges)
            .where(CompanyChanges.company_id == shared.id(BEIFENG))
            .values(changed_at=now() + timedelta(hours=1))
        )
        shared.world.session.commit()
        ask(shared)
        assert kept(shared) == 0
        ask(shared, known_at=now().isoformat())
        assert kept(shared) == 1

    def test_what_is_too_large(self, shared, monkeypatch):
        monkeypatch.setattr(answers, "LARGEST", 100)
        ask(shared)
        assert kept(shared) == 0

    def test_a_company_that_nobody_counts(self, shared):
        shared.world.session.execute(
            delete(CompanyChanges).where(CompanyChanges.company_id == shared.id(BEIFENG))
        )
        shared.world.session.commit()
        ask(shared)
        assert kept(shared) == 0

    @pytest.mark.parametrize(("limit", "value"), [("KEPT", 3), ("KEPT_BYTES", 20_000)])
    def test_more_than_the_newest_of_a_company(self, shared, monkeypatch, limit, value):
        monkeypatch.setattr(answers, limit, value)
        ask(shared, reader=BEIFENG)
        for top in range(30):
            last = ask(shared, top=str(top))
        sizes = shared.world.session.scalars(
            select(StoredAnswer.size).where(StoredAnswer.company_id == shared.id(AURORA))
        ).all()
        shared.world.session.commit()
        assert 0 < len(sizes) < 30
        assert (len(sizes) if limit == "KEPT" else sum(sizes)) <= value
        assert kept(shared) == len(sizes) + 1
        assert ask(shared, top="29").content == last.content

    def test_nothing_is_lost_when_all_is_deleted(self, shared, database):
        first = ask(shared).json()
        with transaction(database.write) as session:
            assert answers.forget_all(session) == 1
            assert session.scalar(select(func.count()).select_from(AnswerSource)) == 0
        assert same_but_instant(ask(shared).json(), first)


class TestAnEntityTag:
    def test_names_the_bytes(self, shared):
        answer = ask(shared)
        assert answer.headers["cache-control"] == "private, no-cache"
        again = ask(shared, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == answer.headers["etag"]

    @pytest.mark.parametrize("form", ["W/{}", '"other", {}', '{} , W/"x"', "*"])
    def test_is_found_in_what_is_held(self, shared, form):
        tag = ask(shared).headers["etag"]
        assert ask(shared, headers={"If-None-Match": form.format(tag)}).status_code == 304

    @pytest.mark.parametrize("held", ["", '""', "x", '"', "w/*", ",,,", "W/", '*, "a"', "é" * 9])
    def test_of_something_else_is_no_reason(self, shared, held):
        ask(shared)
        answer = ask(shared, headers={"If-None-Match": held.encode()})
        assert (answer.status_code, answer.json()["basis"]) == (200, "declared")

    def test_of_an_ended_answer_is_none_either(self, shared):
        tag = ask(shared).headers["etag"]
        CHANGES["a revoked grant"](shared)
        answer = ask(shared, headers={"If-None-Match": tag})
        assert answer.status_code == 200
        assert answer.json()["total"]["excluding_uptake"] == "2200"


def test_one_company_is_never_told_another_s(shared):
    question = Question(date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC))
    ask(shared)
    row = shared.world.session.scalars(select(StoredAnswer)).one()
    mine = answers.Asked(shared.id(AURORA), "footprint", question, ("part",))
    theirs = answers.Asked(shared.id(FOXGLOVE), "footprint", question, ("part",))
    row.key = answers.key_of(shared.world.session, mine)
    shared.world.session.commit()
    assert mine.key == theirs.key
    assert answers.held(shared.world.session, mine) is not None
    assert answers.held(shared.world.session, theirs) is None


def test_an_answer_of_two_servers_that_is_kept_twice_is_told_once(shared):
    first = ask(shared)
    row = shared.world.session.scalars(select(StoredAnswer)).one()
    names = ("company_id", "key", "kind", "stored_at", "digest", "size", "body", "reads")
    shared.world.session.add(StoredAnswer(**{name: getattr(row, name) for name in names}))
    shared.world.session.commit()
    assert ask(shared).content == first.content


def same_but_instant(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and "known_at" in one:
        one, other = one | {"known_at": ""}, other | {"known_at": ""}
    return bool(json.dumps(one) == json.dumps(other))


READS = [(view, basis) for view in (*VIEWS, "vehicles") for basis in ("declared", "deep")]
STEPS = st.lists(st.sampled_from([*CHANGES, *READS, *READS]), max_size=10)


def computed(chain: Chain, database: Database, view: str, question: Question) -> Any:
    """What a hub without kept answers tells Aurora, and whom it tells of the read."""
    part, caller = chain.part(AURORA, "CAR-1"), chain.world.members[AURORA].caller
    with database.read(autoflush=False) as session:
        compute: dict[str, Callable[[], Any]] = {
            "footprint": lambda: footprint(session, caller, part, question),
            "findings": lambda: findings_with_states(
                session, answer(session, caller, part, question)
            ),
            "tree": lambda: tree(session, caller, part, question),
            "vehicles": lambda: vehicles(session, caller, question),
        }
        told = compute[view]()
        return told, reads_noted(session)


@profile(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_any_history_is_told_as_without_kept_answers(shared, database, app, steps):
    # Whoever puts a database back stops the hub: what it has at hand is not of this history.
    app.state.database = with_at_hand(database)
    connection = shared.world.session.connection()
    shared.world.session.commit()
    undone = connection.begin_nested()
    for step in steps:
        if step in CHANGES:
            CHANGES[step](shared)
            continue
        view, basis = step
        before = len(reads(shared))
        told = ask(shared, view, basis=basis).json()
        fresh, noted = computed(shared, database, view, Question.now(basis=basis))
        assert same_but_instant(told, fresh)
        assert len(reads(shared)) - before == len(noted)
    shared.world.session.close()
    undone.rollback()
