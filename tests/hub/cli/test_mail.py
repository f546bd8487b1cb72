"""`hub mail` and `hub work`: what waits is seen, sent, or dropped."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.hub.cli.test_serve import ROOT, answer, free_port
from tests.hub.kit.mail_catcher import Catcher, catching


@pytest.fixture
def smtp(monkeypatch):
    """Tells the command where the mail server is."""

    def tell(caught):
        for name, value in environment(caught).items():
            monkeypatch.setenv(name, value)

    return tell


def environment(caught: Catcher) -> dict[str, str]:
    return {
        "HUB_SMTP_HOST": "127.0.0.1",
        "HUB_SMTP_PORT": str(caught.port),
        "HUB_SMTP_SECURITY": "none",
        "HUB_SMTP_SENDER": "hub@tierlight.example",
    }


def test_what_waits_is_listed_and_sent_once(hub, smtp):
    message_id = hub("mail", "test", "li@b.example", "--in", "zh-CN").out.strip()
    line = f"{message_id}\tqueued\t0\tli@b.example\ttest\t\n"
    assert hub("mail", "list").out == line
    waits = hub("work", "--once")
    assert (waits.status, "waits in the outbox" in waits.err) == (0, True)
    refused = hub("mail", "send")
    assert (refused.status, "HUB_SMTP_HOST" in refused.err) == (1, True)
    with catching() as caught:
        smtp(caught)
        assert "Messages sent: 1." in hub("work", "--once").err
        assert "Messages sent: 0." in hub("work", "--once").err
    assert caught.recipients == ["li@b.example"]
    assert hub("mail", "list", "--state", "queued").out == ""


def test_what_failed_is_sent_again(hub, smtp):
    message_id = hub("mail", "test", "li@b.example").out.strip()
    caught = Catcher({"li@b.example": "550 no such mailbox"})
    with catching(caught):
        smtp(caught)
        assert hub("mail", "send").status == 1
        assert "550 no such mailbox" in hub("mail", "list", "--state", "failed").out
        caught.answers.clear()
        assert hub("mail", "send", message_id).status == 0
    assert hub("mail", "send", message_id).status == 1


def test_what_is_dropped_stays_so(hub):
    message_id = hub("mail", "test", "li@b.example").out.strip()
    assert hub("mail", "drop", message_id).status == 0
    assert "\tdropped\t" in hub("mail", "list").out
    for again in (("drop", message_id), ("send", message_id), ("drop", "nothing")):
        ran = hub("mail", *again)
        assert (ran.status, "waits in the outbox" in ran.err) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "setting"),
    [(("work", "--once"), "HUB_SMTP_SENDER"), (("serve",), "HUB_SMTP_SENDER")],
)
def test_settings_that_cannot_work_are_told_at_once(hub, monkeypatch, arguments, setting):
    monkeypatch.setenv("HUB_SMTP_HOST", "127.0.0.1")
    ran = hub(*arguments)
    assert (ran.status, setting in ran.err) == (1, True)


@pytest.mark.parametrize(
    ("switched", "command"),
    [("true", ["serve", "--port"]), ("false", ["work"])],
    ids=["in hub serve", "in hub work"],
)
def test_a_running_hub_sends_by_itself_until_it_is_told_to_stop(hub, own_url, switched, command):
    hub("mail", "test", "li@b.example")
    port = free_port()
    arguments = [*command, str(port)] if command[0] == "serve" else command
    with catching() as caught:
        told = {"HUB_DATABASE_URL": own_url, "HUB_WORKER": switched, "HUB_WORK_SECONDS": "1"}
        process = subprocess.Popen(
            [sys.executable, "-m", "hub.cli", *arguments],
            cwd=ROOT,
            env=os.environ | told | environment(caught),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            if command[0] == "serve":
                answer(f"http://127.0.0.1:{port}/healthz", process)
            end = time.monotonic() + 30
            while not caught.mails and time.monotonic() < end:
                time.sleep(0.05)
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
    assert caught.recipients == ["li@b.example"]
    assert process.returncode in (0, -signal.SIGTERM)
