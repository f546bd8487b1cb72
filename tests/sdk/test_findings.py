"""What a supplier's system says of findings, over real HTTP."""

import pytest

from tests.cast import BEIFENG
from tests.sdk.conftest import machine
from tierlight import BadRequest, Conflict, NotFound

PARTS = b"number,name,kind,base_unit,net_mass_kg\nPACK-1,Pack,assembly,piece,300\n"
MORE = PARTS.replace(b"300", b"310")


@pytest.fixture
def gap(supplier):
    """A part of which nothing is known."""
    supplier.upload_parts(PARTS)
    (item,) = supplier.company_findings(code="tier/missing")
    return item


def test_a_finding_is_acknowledged_with_the_numbers_that_were_read(supplier, gap):
    done = supplier.acknowledge_finding(
        gap["key"], "declared next month", evidence_digest=gap["evidence_digest"]
    )
    assert done["state"] == "acknowledged"
    assert [i["key"] for i in supplier.company_findings(state="acknowledged")] == [gap["key"]]
    (entry,) = supplier.finding(gap["key"])["history"]
    assert (entry["kind"], entry["words"]) == ("acknowledge", "declared next month")
    supplier.upload_parts(MORE)
    (again,) = supplier.company_findings(code="tier/missing", part="PACK-1")
    assert (again["state"], again["numbers_changed"]) == ("open", True)
    with pytest.raises(Conflict):
        supplier.acknowledge_finding(
            gap["key"], "as before", evidence_digest=gap["evidence_digest"]
        )


def test_a_finding_is_disputed_taken_back_and_assigned_to_nobody(supplier, gap):
    assert supplier.dispute_finding(gap["key"], "not a part")["said"]["asked"]["who"] == "operator"
    with pytest.raises(Conflict):
        supplier.dispute_finding(gap["key"], "still not")
    assert supplier.reopen_finding(gap["key"], "it is one")["state"] == "open"
    assert supplier.assign_finding(gap["key"], None)["assignee"] is None


def test_others_have_nothing_to_answer(live_hub, supplier, gap):
    supplier.dispute_finding(gap["key"], "not a part")
    with machine(live_hub, BEIFENG).client(live_hub) as stranger:
        assert list(stranger.disputes()) == []
        for refused in (
            lambda: stranger.finding(gap["key"]),
            lambda: stranger.acknowledge_finding(gap["key"], "mine"),
            lambda: stranger.answer_dispute(gap["key"], "withdrawn", "mine"),
        ):
            with pytest.raises(NotFound):
                refused()


def test_words_are_needed(supplier, gap):
    with pytest.raises(BadRequest):
        supplier.acknowledge_finding(gap["key"], " ")
