"""A buyer's and a supplier's system ask and answer, over real HTTP."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from hub.trust.usecases import add_key
from tests.cast import AURORA, BEIFENG, CELLWERK
from tests.sdk.conftest import machine
from tierlight import Conflict, NotFound

DUE = (datetime.now(UTC) + timedelta(40)).date()


@pytest.fixture
def buyer(live_hub):
    with machine(live_hub, AURORA).client(live_hub) as client:
        client.upload_parts(b"number\nAM-1\nAM-2\n")
        yield client


@pytest.fixture
def company(live_hub):
    return machine(live_hub, BEIFENG)


@pytest.fixture
def maker(live_hub, company):
    with company.client(live_hub) as client:
        yield client


def sent(buyer, part="AM-1", **terms):
    line = {"part": part, "supplier": BEIFENG.name, "supplier_part": "PACK-1"}
    told = buyer.requests.send("R-1", "Round 1", [line], purpose="sums", due=DUE, **terms)
    assert told["counts"]["sent"] == 1, told
    return told["lines"][0]["request"]


def declared(live_hub, company, maker):
    """The digest of a declaration of Beifeng's."""
    with live_hub.transaction() as session:
        add_key(session, company.company_id, BEIFENG.jwk, "operator")
    return maker.submit_packed(BEIFENG.submission("PACK-1")).digest


def test_from_the_question_to_the_answer(live_hub, company, buyer, maker):
    digest = declared(live_hub, company, maker)
    request = sent(buyer, level=1, verification_paid_by="asker", keep_until=DUE + timedelta(9))
    (held,) = maker.requests.listed(state="sent")
    assert (held["id"], held["ready"]["declaration"]) == (request, digest)
    assert maker.requests.read(request)["state"] == "opened"
    assert maker.requests.start(request)["state"] == "in-work"
    assert maker.requests.ask(request, "which plant?")["state"] == "question"
    assert buyer.requests.reply(request, "Wuhu")["state"] == "in-work"
    later = DUE + timedelta(9)
    assert maker.requests.ask_extension(request, later)["wished_due"] == later.isoformat()
    assert buyer.requests.extend(request, later)["due"] == later.isoformat()
    assert maker.requests.answer(request, digest, words="here")["state"] == "answered-fully"
    assert buyer.requests.send_back(request, "sure?")["state"] == "returned"
    maker.requests.answer(request, digest)
    done = buyer.requests.accept(request)
    assert (done["state"], done["events"][-2]["declaration"]) == ("accepted", digest)
    with pytest.raises(Conflict) as refused:
        buyer.requests.cancel(request)
    assert refused.value.code == "requests/over"


def test_declined_forwarded_and_taken_back(buyer, maker):
    request = sent(buyer)
    assert maker.requests.decline(request, "other", "not before May")["state"] == "declined"
    assert maker.requests.assign(request, None)["state"] == "declined"
    maker.requests.start(request)
    with pytest.raises(NotFound):
        maker.requests.name_part(request, "nothing")
    with pytest.raises(Conflict):
        maker.requests.ask_upstream(request, "U", "U", purpose="sums", due=DUE)
    assert buyer.requests.cancel(request, "no longer built")["state"] == "cancelled"
    assert [r["state"] for r in buyer.requests.listed("out", partner=None)] == ["cancelled"]


def test_a_set_again_changes_nothing_and_a_table_says_it_for_each_row(buyer, maker):
    sent(buyer)
    line = {"part": "AM-1", "supplier": BEIFENG.name, "supplier_part": "PACK-1"}
    again = buyer.requests.send("R-1", "Round 1", [line], purpose="sums", due=DUE)
    assert again["counts"]["unchanged"] == 1
    table = f"part,supplier\nAM-2,{BEIFENG.name}\nAM-3,{BEIFENG.name}\n".encode()
    for preview, count in ((True, 1), (False, 2)):
        told = buyer.requests.upload(
            table, "R-2", "Round 2", preview=preview, purpose="sums", due=DUE
        )
        assert [row["outcome"] for row in told["lines"]] == ["sent", "refused"]
        assert len(list(maker.requests.listed())) == count


@pytest.fixture
def terminal(desk, live_hub, company, monkeypatch):
    """Beifeng's terminal."""
    monkeypatch.setenv("TIERLIGHT_URL", live_hub.url)
    monkeypatch.setenv("TIERLIGHT_CLIENT_ID", company.client_id)
    monkeypatch.setenv("TIERLIGHT_CLIENT_SECRET", company.secret)
    return desk.run


def test_the_command_lists_answers_and_declines(live_hub, company, buyer, maker, terminal):
    digest = declared(live_hub, company, maker)
    request = sent(buyer)
    listed = terminal("requests")
    assert (listed.status, json.loads(listed.out)["id"]) == (0, request)
    assert terminal("requests", "--box", "out").out == ""
    declined = terminal("requests", "decline", request, "capacity")
    assert json.loads(declined.out)["state"] == "declined"
    refused = terminal("requests", "answer", request, digest)
    assert (refused.status, "start" in refused.err) == (1, True)
    assert terminal("requests", "start", request).status == 0
    answered = terminal("requests", "answer", request, digest)
    assert json.loads(answered.out)["state"] == "answered-fully"


def test_the_command_sends_a_table(maker, terminal, desk):
    maker.upload_parts(b"number\nBP-1\n")
    desk.table.write_text(f"part,supplier\nBP-1,{AURORA.name}\nBP-2,{AURORA.name}\n")
    options = ("--reference", "R", "--purpose", "sums", "--due", DUE)
    ran = terminal("requests", "send", desk.table, *options)
    assert ran.status == 1
    codes = [json.loads(line).get("code") for line in ran.out.splitlines()]
    assert codes == ["hub/company-not-found", "hub/own-part-unknown"]


@pytest.mark.parametrize(
    "words",
    [
        ("show",),
        ("answer", "x"),
        ("decline", "x"),
        ("ask", "x"),
        ("extend", "x"),
        ("send", "x.csv"),
        ("forget", "x"),
        ("extend", "x", "--due", "soon"),
    ],
)
def test_the_command_says_what_it_lacks(desk, words):
    ran = desk.run("requests", *words)
    assert ran.status == 2
    assert "usage" in ran.err


def test_a_stranger_finds_none(live_hub, buyer, maker):
    request = sent(buyer)
    with machine(live_hub, CELLWERK).client(live_hub) as stranger:
        with pytest.raises(NotFound):
            stranger.requests.read(request)
        assert list(stranger.requests.listed()) == []
