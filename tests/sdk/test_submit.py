"""`tierlight submit` and what a crash, a lost answer or a bad line does to it."""

import json

import httpx
import pytest

from tests.sdk.conftest import HEADER
from tests.sdk.fake_hub import URL, FakeHub
from tierlight import Client
from tierlight.commands import connection
from tierlight.submissions import Signed

NUMBERS = [f"P-{number}" for number in range(7)]


@pytest.fixture
def hub(monkeypatch):
    """The command talks to this hub instead of the network."""
    hub = FakeHub()
    monkeypatch.setenv("TIERLIGHT_CLIENT_SECRET", hub.secret)
    monkeypatch.setattr("tierlight.transport.time.sleep", lambda seconds: None)
    monkeypatch.setattr(
        connection, "Client", lambda *given, **how: Client(*given, http_client=hub.client(), **how)
    )
    return hub


@pytest.fixture
def declared(desk):
    desk.write(*(f"{number},2025-01-01,2026-01-01,kg,,1.5" for number in NUMBERS))
    assert desk.declare().status == 0
    return desk


def submit(desk, *options):
    return desk.run("submit", desk.out, "--url", URL, "--client-id", "erp", *options)


def digests(desk):
    return [Signed.read(line).digest for line in desk.lines()]


def posts(hub):
    return [request for request in hub.requests if request.url.path == "/v1/declarations"]


def test_everything_is_sent_in_batches_and_receipts_are_kept(declared, hub):
    ran = submit(declared, "--batch", 3)
    assert ran.status == 0
    assert "7 stored, 0 known already, 0 refused" in ran.out
    assert ran.err.splitlines() == ["3 of 7", "6 of 7", "7 of 7"]
    assert list(hub.stored) == digests(declared)
    folder = declared.folder / "signed.ndjson.receipts"
    for digest in digests(declared):
        assert (folder / f"{digest}.json").read_bytes() == hub.stored[digest]


def test_what_is_there_is_not_sent_again(declared, hub):
    submit(declared)
    sent = len(posts(hub))
    ran = submit(declared)
    assert ran.status == 0
    assert "0 stored, 7 known already" in ran.out
    assert len(posts(hub)) == sent


def test_a_receipt_that_was_lost_is_asked_for_again(declared, hub):
    submit(declared)
    folder = declared.folder / "signed.ndjson.receipts"
    lost = folder / f"{digests(declared)[2]}.json"
    receipt = lost.read_bytes()
    lost.unlink()
    sent = len(posts(hub))
    assert "0 stored, 7 known already" in submit(declared).out
    assert lost.read_bytes() == receipt
    assert len(posts(hub)) == sent + 1


def test_receipts_that_nobody_keeps_here_are_not_missed(declared, hub):
    submit(declared)
    (declared.folder / "signed.ndjson.receipts").rename(declared.folder / "archive")
    sent = len(posts(hub))
    assert "0 stored, 7 known already" in submit(declared).out
    assert len(posts(hub)) == sent


def test_only_new_declarations_are_sent_after_a_second_run(declared, hub):
    submit(declared)
    declared.write(f"{NUMBERS[0]},2025-01-01,2026-01-01,kg,,1.4")
    declared.declare()
    ran = submit(declared)
    assert "1 stored, 7 known already" in ran.out
    assert len(hub.stored) == 8


def test_after_a_broken_connection_it_goes_on_where_it_stopped(declared, hub):
    hub.next.append(lambda request: None)
    for _ in range(3):
        hub.breaks(httpx.ConnectError)
    ran = submit(declared, "--batch", 2)
    assert ran.status == 4
    assert "cannot be reached" in ran.err
    assert len(hub.stored) == 2
    ran = submit(declared, "--batch", 2)
    assert ran.status == 0
    assert "5 stored, 2 known already" in ran.out


def test_an_answer_that_was_lost_costs_nothing(declared, hub):
    hub.loses_the_answer()
    ran = submit(declared)
    assert ran.status == 0
    assert "0 stored, 7 known already" in ran.out
    assert len(list((declared.folder / "signed.ndjson.receipts").iterdir())) == 7


def test_a_state_cut_off_by_a_crash_is_read_as_far_as_it_goes(declared, hub):
    submit(declared)
    state = declared.folder / "signed.ndjson.state"
    state.write_bytes(state.read_bytes()[:-20])
    ran = submit(declared)
    assert ran.status == 0
    assert "0 stored, 7 known already" in ran.out
    assert submit(declared).status == 0


def test_another_hub_has_a_state_of_its_own(declared, hub):
    submit(declared)
    other = ("submit", declared.out, "--url", URL + ":8443", "--client-id", "erp")
    declared.run(*other)
    assert [request.url.port for request in posts(hub)] == [None, 8443]
    declared.run(*other)
    assert len(posts(hub)) == 2


def test_a_bad_line_blocks_no_other(declared, hub):
    lines = declared.lines()
    declared.out.write_bytes(
        b"\n".join((lines[0], b"garbage", b'{"declaration":"AAAA"}', lines[1]))
    )
    ran = submit(declared)
    assert ran.status == 1
    assert "2 stored, 0 known already, 2 refused" in ran.out
    assert "signed.ndjson:2" in ran.err
    assert "signed.ndjson:3" in ran.err


@pytest.mark.parametrize("batch", [1, 100])
def test_a_refusal_is_printed_with_its_line_and_remedy(desk, hub, batch):
    row = "{},2025-01-01,2026-01-01,kg,,1.5,{}"
    desk.write(row.format("A", ""), row.format("B", "REFUSE"), header=HEADER + ",comment")
    desk.declare()
    ran = submit(desk, "--batch", batch)
    assert ran.status == 1
    assert "1 stored, 0 known already, 1 refused" in ran.out
    assert "signed.ndjson:2: refused: door/document-errors: no" in ran.err
    assert "mend it" in ran.err
    assert submit(desk, "--batch", batch).status == 1, "refused lines are sent again"
    assert len(posts(hub)) > 1


def test_a_bare_jws_can_be_submitted(declared, hub):
    path = declared.folder / "one.jws"
    path.write_bytes(Signed.read(declared.lines()[0]).jws)
    ran = declared.run("submit", path, "--url", URL, "--client-id", "erp")
    assert "1 stored" in ran.out


def test_a_wrong_secret_is_status_1_and_nothing_is_sent(declared, hub, monkeypatch):
    monkeypatch.setenv("TIERLIGHT_CLIENT_SECRET", "wrong")
    ran = submit(declared)
    assert ran.status == 1
    assert "does not accept the client id with its secret or key" in ran.err
    assert posts(hub) == []


def test_ctrl_c_says_how_to_go_on(declared, hub):
    def stopped(request):
        raise KeyboardInterrupt

    hub.next.extend([lambda request: None, stopped])
    ran = submit(declared, "--batch", 2)
    assert (ran.status, ran.err.splitlines()[-1]) == (
        130,
        "Interrupted. What was written stays; call again to go on.",
    )
    assert "5 stored, 2 known already" in submit(declared).out


def test_the_secret_may_stand_in_a_file(declared, hub, monkeypatch):
    monkeypatch.delenv("TIERLIGHT_CLIENT_SECRET")
    path = declared.folder / "secret"
    path.write_text(hub.secret + "\n")
    assert submit(declared).status == 1
    assert submit(declared, "--client-secret-file", path).status == 0


def test_an_answer_with_too_few_verdicts_is_not_taken_for_success(declared, hub):
    one = json.dumps({"status": "stored", "digest": "0" * 64, "line": 1})
    hub.next.append(lambda request: httpx.Response(200, text=one + "\n"))
    ran = submit(declared)
    assert ran.status == 4
    assert "1 of 7" in ran.err
    assert submit(declared).status == 0
    assert len(hub.stored) == 7
