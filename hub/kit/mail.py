"""A mail as it leaves: in the recipient's language, by the one way to the mail server."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape
from ipaddress import ip_address
from urllib.parse import urlsplit

from hub.kit.clock import now
from hub.kit.errors import BadInput
from hub.kit.mail_words import LINK, catalogue, filled
from hub.kit.outbox import Claimed, mail_address
from hub.settings import Settings

STEP_SECONDS, ALL_SECONDS = 15.0, 60.0
"""How long the server may be silent, and how long a mail may take; less than a claim holds."""


class NotTaken(Exception):  # noqa: N818 — says what happened, as in hub.kit.errors
    """The server has not taken the mail; `for_good` when another try would end the same way."""

    def __init__(self, reason: str, *, for_good: bool = False, of_server: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good
        self.of_server = of_server
        """Whether it would have refused every mail: others need not be tried now."""


@dataclass(frozen=True)
class MailServer:
    """Where mail goes, and in whose name."""

    host: str
    port: int
    security: str
    sender: Address
    user: str | None
    password: str | None
    hub: str
    """The hub's public address, which stands below every mail."""


def mail_server(settings: Settings) -> MailServer | None:
    """The operator's mail server; None without one.

    Raises `BadInput` (`mail/settings`, `hub/file`) for settings that cannot work, or that would
    send a password unencrypted.
    """
    if not settings.smtp_host:
        return None
    if bool(settings.smtp_user) != bool(settings.smtp_password_file):
        raise BadInput("mail/settings", setting="HUB_SMTP_USER, HUB_SMTP_PASSWORD_FILE")
    if settings.smtp_security == "none" and settings.smtp_user:
        raise BadInput("mail/settings", setting="HUB_SMTP_SECURITY")
    return MailServer(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security,
        _sender(settings.smtp_sender or ""),
        settings.smtp_user,
        _password(settings),
        settings.public_url.rstrip("/"),
    )


def letter(claimed: Claimed, server: MailServer) -> EmailMessage:
    """The mail as plain text and simple HTML. A header can hold no second line: `EmailMessage`
    refuses one, and what strangers wrote has lost its line ends before."""
    mail, params = EmailMessage(SMTP), {name: _line(v) for name, v in claimed.params.items()}
    mail["From"], mail["To"] = server.sender, Address(addr_spec=claimed.recipient)
    mail["Subject"] = filled(f"mail.{claimed.template}.subject", params, claimed.language)
    mail["Message-ID"] = f"<{claimed.id}@{server.sender.domain}>"
    mail["Date"] = format_datetime(now())
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine answers
    mail.set_content(_text(claimed, params, server))
    mail.add_alternative(_html(claimed, params, server), subtype="html")
    mail["Content-Language"] = claimed.language  # last: a new content takes its headers away
    return mail


def send(server: MailServer, claimed: Claimed) -> None:
    """Hand a mail to the server, within `ALL_SECONDS`. Raises `NotTaken`."""
    try:
        mail = letter(claimed, server)
    except (LookupError, ValueError, MessageError) as error:
        raise NotTaken(f"{type(error).__name__}: {error}", for_good=True) from None
    try:
        with _connected(server) as connection:
            connection.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        raise _refused(*next(iter(error.recipients.values()))) from None
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        raise _refused(error.smtp_code, error.smtp_error) from None
    except smtplib.SMTPNotSupportedError as error:
        if not claimed.recipient.isascii():
            raise NotTaken(str(error), for_good=True) from None
        raise NotTaken(str(error), of_server=True) from None
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code, error.smtp_error, of_server=True) from None
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise NotTaken(f"{type(error).__name__}: {error}", of_server=True) from None


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A connection that ends by a fixed moment, however slowly the other side speaks."""
    connection = _connection(server)
    end = threading.Timer(ALL_SECONDS, _cut, [connection])
    end.daemon = True
    end.start()
    try:
        code, words = connection.connect(server.host, server.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, words)
        if server.security == "starttls":
            connection.starttls(context=ssl.create_default_context())
        if server.user and server.password is not None:
            connection.login(server.user, server.password)
        yield connection
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()  # what was taken is taken, whatever the server says to our goodbye
    finally:
        end.cancel()
        connection.close()


def _connection(server: MailServer) -> smtplib.SMTP:
    """Not connected yet, so that the time to connect counts."""
    name = _own_name(server.hub)
    if server.security == "tls":
        made: smtplib.SMTP = smtplib.SMTP_SSL(
            local_hostname=name, timeout=STEP_SECONDS, context=ssl.create_default_context()
        )
    else:
        made = smtplib.SMTP(local_hostname=name, timeout=STEP_SECONDS)
    # smtplib compares the certificate's name with the host that its constructor was given.
    made._host = server.host  # type: ignore[attr-defined]
    return made


def _own_name(hub: str) -> str:
    """How the hub greets (RFC 5321 4.1.3); else smtplib would ask the name service for it."""
    host = urlsplit(hub).hostname or "localhost"
    with suppress(ValueError):
        return f"[{ip_address(host)}]"
    return host


def _cut(connection: smtplib.SMTP) -> None:
    """Wake up whoever waits for the server."""
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _refused(code: int, words: bytes | str, *, of_server: bool = False) -> NotTaken:
    """5yz is for good (RFC 5321 4.2.1), unless it is the server that refuses the hub."""
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    for_good = 500 <= code < 600 and not of_server
    return NotTaken(f"{code} {said}", for_good=for_good, of_server=of_server)


def _line(text: str) -> str:
    """One line: what a stranger wrote begins no paragraph and no header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _text(claimed: Claimed, params: Mapping[str, str], server: MailServer) -> str:
    """The plain text: paragraphs, the link on a line of its own, and who sends this."""
    words, key = catalogue(claimed.language), f"mail.{claimed.template}"
    parts = [filled(f"{key}.body", params, claimed.language)]
    if f"{key}.action" in words:
        parts += ["\n".join((words[f"{key}.action"], _link(params, server)))]
    parts.append("\n".join(("-- ", filled("mail.footer", {"hub": server.hub}, claimed.language))))
    return "\n\n".join(parts) + "\n"


def _html(claimed: Claimed, params: Mapping[str, str], server: MailServer) -> str:
    """The same as HTML without pictures, styles from elsewhere, or anything that reports back."""
    words, key = catalogue(claimed.language), f"mail.{claimed.template}"
    body = filled(f"{key}.body", params, claimed.language).split("\n\n")
    parts = [f"<p>{escape(paragraph)}</p>" for paragraph in body]
    if f"{key}.action" in words:
        link, label = escape(_link(params, server)), escape(words[f"{key}.action"])
        parts.append(f'<p><a href="{link}"><strong>{label}</strong></a></p><p>{link}</p>')
    footer = escape(filled("mail.footer", {"hub": server.hub}, claimed.language))
    parts.append(f"<hr><p><small>{footer}</small></p>")
    page = "\n".join(parts)
    head = '<meta charset="utf-8">'
    return (
        f'<!doctype html>\n<html lang="{claimed.language}"><head>{head}</head>\n{page}\n</html>\n'
    )


def _link(params: Mapping[str, str], server: MailServer) -> str:
    """Where the button leads: a path is one of the hub's own."""
    link = params[LINK]
    if link.startswith("/") and not link.startswith("//"):
        return f"{server.hub}{link}"
    if urlsplit(link).scheme not in ("http", "https"):
        raise ValueError("a link leads to a page")
    return link


def _sender(text: str) -> Address:
    name, address = parseaddr(text)
    try:
        return Address(name, addr_spec=mail_address(address))
    except (BadInput, MessageError, ValueError):
        raise BadInput("mail/settings", setting="HUB_SMTP_SENDER") from None


def _password(settings: Settings) -> str | None:
    file = settings.smtp_password_file
    if file is None:
        return None
    try:
        return file.read_text("utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise BadInput("hub/file", file=str(file), reason=reason) from None
