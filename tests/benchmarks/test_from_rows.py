"""What is timed from the tables on is right: the same portfolio by the reference."""

from benchmarks.automotive import generated
from benchmarks.from_rows import measure, record
from hub.access.caller import Caller
from hub.disclosure import across
from hub.disclosure.across import Asking
from hub.disclosure.footprint import Question
from hub.footprints.usecases import roll_up
from hub.kit.clock import now
from hub.kit.database import transaction
from tests.hub.disclosure.test_across import rounded
from tierlight_schemas.rollup.result import totals


def test_every_step_is_measured_and_the_totals_are_the_reference_s(own_database, tmp_path):
    data = generated("tiny", 2, 600)
    with transaction(own_database.write) as session:
        company = record(session, data)
    steps = dict(measure(own_database, company, tmp_path))
    assert len(steps) == 8
    assert all(seconds > 0 for seconds in steps.values())
    question = Question.now()
    with own_database.read(autoflush=False) as session:
        rows = across.vehicles(Asking(session, Caller(company, "test"), question))
        ids = [row["id"] for row in rows]
        found = roll_up(session, company, ids, question.as_of, now())
    assert {f"P{root}" for root in data.roots} <= {row["vehicle"] for row in rows}
    for row in rows:
        assert row["excluding_uptake"] == rounded(
            totals(found.account(row["id"]))["excluding_uptake"]
        )
