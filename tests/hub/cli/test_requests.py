"""`hub requests`: a company's boxes, what falls due, and who pays for verifications."""

from datetime import timedelta

import pytest

from hub.access.caller import Caller
from hub.bom.usecases import register_part
from hub.cli.terminal import database
from hub.kit.clock import now
from hub.parties.usecases import find_company
from hub.requests.lines import Line
from hub.requests.sending import Sending, send_set
from hub.requests.terms import Payer, Terms


@pytest.fixture
def asked(hub):
    """Aurora has asked Beifeng for two parts; only one request has a payer."""
    for name, country in (("Aurora", "DE"), ("Beifeng", "CN")):
        assert hub("company", "add", name, "--country", country).status == 0
    with database() as session:
        buyer = find_company(session, "Aurora")
        lines = []
        for number, payer in (("A-1", Payer.ASKER), ("A-2", Payer.NONE)):
            register_part(session, buyer.id, number)
            terms = Terms("sums", now().date() + timedelta(40), verification_paid_by=payer)
            lines.append(Line(number, terms, supplier="Beifeng"))
        caller = Caller(buyer.id, "operator:cli")
        send_set(session, caller, Sending("S", "S", "sums", lines))


def test_a_box_is_a_table(hub, asked):
    listed = hub("requests", "list", "Beifeng", "--reason", "audit")
    header, *rows = listed.out.splitlines()
    assert header == "id,state,partner,part,level,sent,due,days_left"
    assert sorted(row.split(",")[1:4] for row in rows) == [
        ["sent", "Aurora", "A-1"],
        ["sent", "Aurora", "A-2"],
    ]
    assert rows[0].endswith(",40")
    out = hub("requests", "list", "Aurora", "--box", "out", "--state", "sent", "--reason", "x")
    assert [row.split(",")[2] for row in out.out.splitlines()[1:]] == ["Beifeng", "Beifeng"]
    assert hub("requests", "list", "Aurora", "--reason", "x").out.splitlines() == [header]


def test_who_pays_is_counted_and_nobody_named(hub, asked):
    counted = hub("requests", "statistics").out
    assert counted == "verification_paid_by,state,requests\nasker,sent,1\nnone,sent,1\n"


def test_nothing_falls_due_at_first(hub, asked):
    assert hub("requests", "remind").out == "0\n"


@pytest.mark.parametrize(
    "words", [("list", "Nobody", "--reason", "x"), ("list", "Aurora", "--state", "lost"), ()]
)
def test_what_is_not_there_is_refused(hub, asked, words):
    assert hub("requests", *words).status != 0
