"""Mail waits, is sent once, is tried again with an end, and is never lost."""

import json
import logging
import smtplib
import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from hub.kit import mail, outbox
from hub.kit.clock import now
from hub.kit.database import transaction
from hub.kit.errors import BadInput, NotFound
from hub.kit.mail import MailServer, NotTaken, mail_server
from hub.kit.outbox import WAITS, post
from hub.kit.tables import OutboxMessage
from hub.work import send_due, work_once
from tests.conftest import settings_for
from tests.hub.kit.mail_catcher import Catcher, authority, catching

PASSWORD = "correct horse battery"
REFUSED, LATER = "550 no such mailbox", "451 come back later"


def posted(database, *recipients, **options) -> list[str]:
    told = {"language": "en", "template": "test", "params": {}} | options
    with transaction(database.write) as session:
        return [post(session, to=recipient, **told) for recipient in recipients]


def stored(database, message_id) -> OutboxMessage:
    with database.read() as session:
        return session.get_one(OutboxMessage, message_id)


def claimed_by(session, message_id) -> outbox.Claimed:
    claimed = outbox.claim(session, message_id)
    assert claimed
    return claimed


def server_of(caught, settings) -> MailServer:
    server = mail_server(caught.settings(settings))
    assert server
    return server


def make_due(database) -> None:
    """As if the wait were over."""
    with transaction(database.write) as session:
        for each in outbox.listed(session):
            each.next_try_at = now()


@pytest.fixture
def settings(own_url):
    return settings_for(own_url, "https://hub.example")


class TestPosting:
    def test_what_is_undone_is_never_sent(self, own_database, settings):
        with own_database.write() as session:
            post(session, to="li@b.example", language="en", template="test", params={})
            session.rollback()
        with catching() as caught:
            assert work_once(own_database, caught.settings(settings)) == 0
        assert caught.mails == []

    @pytest.mark.parametrize(
        "address",
        [
            *("", "li", "li@", "@b.example", "li@b", "li@b@c.example", "li b@c.example"),
            *("li@b.example\r\nBcc: x@y.example", "li@b.example\n", "a@b.example,c@d.example"),
            *("Li <li@b.example>", "li@b.example;x@y.example", "\x00@b.example", "a\\b@c.example"),
            "l" * 320 + "@b.example",
        ],
    )
    def test_an_address_is_one_and_nothing_else(self, session, address):
        if address == "li@b.example\n":
            assert outbox.mail_address(address) == "li@b.example"
            return
        with pytest.raises(BadInput) as refused:
            post(session, to=address, language="en", template="test", params={})
        assert refused.value.code == "hub/email"

    @pytest.mark.parametrize(
        ("template", "params", "error"),
        [
            ("nothing", {}, LookupError),
            ("test", {"kgCO2e": "12.5"}, ValueError),
            ("test", {"link": "https://x.example"}, ValueError),
        ],
    )
    def test_params_are_those_of_the_template(self, session, template, params, error):
        with pytest.raises(error):
            post(session, to="li@b.example", language="en", template=template, params=params)

    def test_a_language_without_words_is_a_defect(self, session):
        with pytest.raises(ValueError, match="fr"):
            post(session, to="li@b.example", language="fr", template="test", params={})


class TestSending:
    def test_says_it_in_the_language_of_who_gets_it(self, own_database, settings):
        ids = [
            *posted(own_database, "en@b.example"),
            *posted(own_database, "de@b.example", language="de"),
            *posted(own_database, "zh@b.example", language="zh-CN"),
        ]
        with catching() as caught:
            assert work_once(own_database, caught.settings(settings)) == 3
        subjects = {m["To"]: m["Subject"] for m in caught.mails}
        assert subjects == {
            "en@b.example": "Mail from your Tierlight hub works",
            "de@b.example": "E-Mails Ihres Tierlight-Hubs kommen an",
            "zh@b.example": "您的 Tierlight 平台邮件功能正常",
        }
        assert {m["Message-ID"] for m in caught.mails} == {f"<{i}@tierlight.example>" for i in ids}
        assert {m["From"] for m in caught.mails} == {"Tierlight <hub@tierlight.example>"}
        chinese = next(m for m in caught.mails if m["To"] == "zh@b.example")
        plain, rich = chinese.get_body(("plain",)), chinese.get_body(("html",))
        assert plain is not None
        assert rich is not None
        assert "说明平台的邮件可以送达。" in plain.get_content()
        assert "https://hub.example" in plain.get_content()
        assert '<html lang="zh-CN">' in rich.get_content()
        sent = stored(own_database, ids[0])
        assert (sent.state, sent.tries, sent.params, sent.error) == ("sent", 1, "{}", None)
        assert sent.sent_at is not None

    def test_without_a_server_mail_waits(self, own_database, settings):
        (message_id,) = posted(own_database, "li@b.example")
        assert work_once(own_database, settings) == 0
        waiting = stored(own_database, message_id)
        assert (waiting.state, waiting.tries) == ("queued", 0)

    def test_is_done_once_by_many_workers(self, own_database, settings):
        posted(own_database, *(f"p{n}@b.example" for n in range(12)))
        with catching(Catcher(seconds=0.01)) as caught, ThreadPoolExecutor(4) as workers:
            server = server_of(caught, settings)
            counts = list(workers.map(lambda _: send_due(own_database, server), range(4)))
        assert sum(counts) == 12
        assert sorted(caught.recipients) == sorted(f"p{n}@b.example" for n in range(12))

    def test_only_one_of_two_claims_counts(self, own_database):
        (message_id,) = posted(own_database, "li@b.example")
        with own_database.write() as first:
            assert outbox.claim(first, message_id) is not None
            first.commit()
            assert outbox.claim(first, message_id) is None

    def test_a_worker_that_died_before_sending_loses_nothing(self, own_database, settings):
        (message_id,) = posted(own_database, "li@b.example")
        with transaction(own_database.write) as session:
            assert outbox.claim(session, message_id)
        with catching() as caught:
            told = caught.settings(settings)
            assert work_once(own_database, told) == 0  # it is still the other worker's
            make_due(own_database)
            assert work_once(own_database, told) == 1

    def test_a_worker_that_died_after_sending_sends_the_same_message(self, own_database, settings):
        (message_id,) = posted(own_database, "li@b.example")
        with catching() as caught:
            server = server_of(caught, settings)
            with transaction(own_database.write) as session:
                claimed = claimed_by(session, message_id)
            mail.send(server, claimed)  # and then the power went
            make_due(own_database)
            send_due(own_database, server)
        assert len(caught.mails) == 2
        assert len({m["Message-ID"] for m in caught.mails}) == 1

    def test_a_late_word_of_a_worker_that_was_slow_changes_nothing(self, own_database):
        (message_id,) = posted(own_database, "li@b.example")
        with transaction(own_database.write) as session:
            slow = claimed_by(session, message_id)
        make_due(own_database)
        with transaction(own_database.write) as session:
            outbox.note_sent(session, claimed_by(session, message_id))
            outbox.note_failure(session, slow, "550 too late", for_good=True)
        assert stored(own_database, message_id).state == "sent"


class TestFailing:
    def test_one_refused_recipient_keeps_nobody_else_waiting(self, own_database, settings):
        bad, good = posted(own_database, "bad@b.example", "good@b.example")
        with catching(Catcher({"bad@b.example": REFUSED})) as caught:
            assert work_once(own_database, caught.settings(settings)) == 1
        assert (stored(own_database, bad).state, stored(own_database, bad).error) == (
            "failed",
            REFUSED,
        )
        assert stored(own_database, good).state == "sent"

    def test_it_waits_longer_each_time_and_ends(self, own_database, settings):
        (message_id,) = posted(own_database, "li@b.example")
        waited = []
        with catching(Catcher({"li@b.example": LATER})) as caught:
            told = caught.settings(settings)
            for _ in range(len(WAITS) + 3):
                before = now()
                work_once(own_database, told)
                row = stored(own_database, message_id)
                if row.state == "queued" and row.next_try_at > before:
                    waited.append(round((row.next_try_at - before) / timedelta(minutes=1)))
                    make_due(own_database)
        assert waited == [1, 5, 15, 60, 180, 360, 720, 1440]
        assert (row.state, row.tries, row.error) == ("failed", len(WAITS) + 1, LATER)
        assert json.loads(row.params) == {}

    def test_a_dead_server_costs_one_message_one_try(self, own_database, settings):
        ids = posted(own_database, *(f"p{n}@b.example" for n in range(5)))
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
        with pytest.raises(NotTaken, match="Refused"):
            work_once(own_database, Catcher(port=port).settings(settings))
        rows = [stored(own_database, message_id) for message_id in ids]
        assert sorted(row.tries for row in rows) == [0, 0, 0, 0, 1]
        assert {row.state for row in rows} == {"queued"}

    def test_a_server_that_never_speaks_is_left(self, own_database, settings, monkeypatch):
        monkeypatch.setattr(mail, "STEP_SECONDS", 0.2)
        (message_id,) = posted(own_database, "li@b.example")
        with socket.create_server(("127.0.0.1", 0)) as silent:
            told = Catcher(port=silent.getsockname()[1]).settings(settings)
            with pytest.raises(NotTaken):
                work_once(own_database, told)
        assert stored(own_database, message_id).state == "queued"

    def test_a_server_that_drips_is_cut_off(self, own_database, settings, monkeypatch):
        """Each byte comes in time; only all of them together take for ever."""
        monkeypatch.setattr(mail, "ALL_SECONDS", 0.5)
        posted(own_database, "li@b.example")
        stop = threading.Event()

        def drip(listening):
            connection, _ = listening.accept()
            with connection:
                while not stop.wait(0.05):
                    try:
                        connection.sendall(b"2")
                    except OSError:
                        return

        with socket.create_server(("127.0.0.1", 0)) as slow, ThreadPoolExecutor(1) as other:
            other.submit(drip, slow)
            with pytest.raises(NotTaken):
                work_once(own_database, Catcher(port=slow.getsockname()[1]).settings(settings))
            stop.set()

    def test_an_operator_sends_again_or_drops(self, own_database, settings):
        again, dropped = posted(own_database, "a@b.example", "d@b.example")
        with catching(Catcher(dict.fromkeys(("a@b.example", "d@b.example"), REFUSED))) as caught:
            work_once(own_database, caught.settings(settings))
        with transaction(own_database.write) as session:
            outbox.send_again(session, again)
            outbox.drop(session, dropped)
            with pytest.raises(NotFound):
                outbox.drop(session, dropped)
        with catching() as caught:
            assert work_once(own_database, caught.settings(settings)) == 1
        assert caught.recipients == ["a@b.example"]

    def test_old_ones_are_forgotten_and_waiting_ones_never(self, own_database, settings):
        posted(own_database, "sent@b.example")
        with catching() as caught:
            work_once(own_database, caught.settings(settings))
        posted(own_database, "waits@b.example")
        with transaction(own_database.write) as session:
            for each in outbox.listed(session):
                each.created_at -= outbox.KEPT + timedelta(days=1)
            session.flush()
            assert outbox.forget_old(session) == 1
        with own_database.read() as session:
            assert [m.recipient for m in outbox.listed(session)] == ["waits@b.example"]


class TestTheServer:
    @pytest.fixture
    def secured(self, tmp_path, monkeypatch):
        cert, key = authority(tmp_path)
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(cert, key)
        secret = tmp_path / "password"
        secret.write_text(f"{PASSWORD}\n")
        return context, {"smtp_user": "hub", "smtp_password_file": secret}

    def test_is_reached_by_starttls_with_a_password(self, own_database, settings, secured, caplog):
        caplog.set_level(logging.DEBUG)
        context, login = secured
        posted(own_database, "li@b.example")
        options = {"tls_context": context, "require_starttls": True, "user": ("hub", PASSWORD)}
        with catching(**options) as caught:
            told = caught.settings(settings, smtp_security="starttls", **login)
            assert work_once(own_database, told) == 1
        assert PASSWORD not in caplog.text

    @pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # it begins in TLS
    def test_is_reached_by_tls(self, own_database, settings, secured):
        context, login = secured
        posted(own_database, "li@b.example")
        options = {"smtps_context": context, "user": ("hub", PASSWORD), "auth_require_tls": False}
        with catching(**options) as caught:
            told = caught.settings(settings, smtp_security="tls", **login)
            assert work_once(own_database, told) == 1

    def test_a_wrong_password_is_nobody_s_message_s_fault(
        self, own_database, settings, secured, caplog
    ):
        context, login = secured
        (message_id,) = posted(own_database, "li@b.example")
        with catching(tls_context=context, user=("hub", "other")) as caught:
            told = caught.settings(settings, smtp_security="starttls", **login)
            with pytest.raises(NotTaken, match="535"):
                work_once(own_database, told)
        assert stored(own_database, message_id).state == "queued"
        assert PASSWORD not in caplog.text + (stored(own_database, message_id).error or "")

    def test_one_that_is_not_who_it_says_gets_nothing(
        self, own_database, settings, secured, monkeypatch, tmp_path
    ):
        context, login = secured
        (tmp_path / "other").mkdir()
        monkeypatch.setenv("SSL_CERT_FILE", str(authority(tmp_path / "other")[0]))
        posted(own_database, "li@b.example")
        with catching(tls_context=context, user=("hub", PASSWORD)) as caught:
            told = caught.settings(settings, smtp_security="starttls", **login)
            with pytest.raises(NotTaken, match="CERTIFICATE_VERIFY_FAILED"):
                work_once(own_database, told)
        assert caught.mails == []

    def test_one_without_tls_gets_nothing(self, own_database, settings):
        posted(own_database, "li@b.example")
        with catching() as caught, pytest.raises(NotTaken, match="STARTTLS"):
            work_once(own_database, caught.settings(settings, smtp_security="starttls"))
        assert caught.mails == []

    @pytest.mark.parametrize(
        "told",
        [
            {"smtp_sender": None},
            {"smtp_sender": ""},
            {"smtp_sender": "Tierlight"},
            {"smtp_sender": "Tierlight <hub>"},
            {"smtp_user": "hub"},
            {"smtp_password_file": "absent"},
            {"smtp_user": "hub", "smtp_password_file": "absent"},
            {"smtp_user": "hub", "smtp_password_file": "absent", "smtp_security": "starttls"},
        ],
    )
    def test_settings_that_cannot_work_are_refused(self, settings, tmp_path, told):
        if "smtp_password_file" in told:
            told = told | {"smtp_password_file": tmp_path / told["smtp_password_file"]}
        with pytest.raises(BadInput) as refused:
            mail_server(Catcher(port=1).settings(settings, **told))
        assert refused.value.code in ("mail/settings", "hub/file")

    def test_smtplib_still_has_what_the_certificate_is_compared_with(self):
        assert smtplib.SMTP()._host == ""  # type: ignore[attr-defined]
