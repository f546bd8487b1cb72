"""A mail server on this machine that keeps what it is given, or misbehaves as a test asks."""

import threading
import time
from asyncio import Server
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hub.settings import Settings


@dataclass
class Catcher:
    """The handler of the server: what it answers, and what came."""

    answers: dict[str, str] = field(default_factory=dict)
    """By recipient, what is said to RCPT; whoever is not here is taken."""
    data: str = "250 taken"
    seconds: float = 0.0
    """How long it thinks about each mail."""
    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        time.sleep(self.seconds)
        with self._lock:
            parsed = message_from_bytes(envelope.content, policy=default)
            assert isinstance(parsed, EmailMessage)
            self.mails.append(parsed)
            self.recipients += envelope.rcpt_tos
        return self.data

    def settings(self, settings: Settings, **others: Any) -> Settings:
        """Settings of a hub that sends its mail here."""
        told = {"smtp_host": "127.0.0.1", "smtp_port": self.port, "smtp_security": "none"}
        sender = {"smtp_sender": "Tierlight <hub@tierlight.example>"}
        return settings.model_copy(update={**told, **sender, **others})


@contextmanager
def catching(
    catcher: Catcher | None = None,
    *,
    user: tuple[str, str] | None = None,
    **options: Any,
) -> Iterator[Catcher]:
    """The server, until the end of the block; `options` are those of `aiosmtpd`'s `SMTP`."""
    catcher = catcher or Catcher()

    def authenticator(server: Any, session: Any, envelope: Any, kind: str, data: Any) -> AuthResult:
        given = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode())
        return AuthResult(success=given == user, handled=False)

    if user:
        options |= {"authenticator": authenticator, "auth_required": True}
    context = options.pop("smtps_context", None)
    controller = _OnAnyPort(catcher, hostname="127.0.0.1", port=0, ssl_context=context, **options)
    controller.start()
    try:
        catcher.port = controller.port
        yield catcher
    finally:
        controller.stop()


class _OnAnyPort(Controller):
    """Knocks at its own door where the kernel has put it."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    def factory(self) -> SMTP:
        return SMTP(self.handler, **self.SMTP_kwargs)


def authority(folder: Path) -> tuple[Path, Path]:
    """Certificate and key of a server on this machine, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    at = datetime.now(UTC)
    place = x509.IPAddress(ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([place]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert, secret = folder / "mail.pem", folder / "mail.key"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return cert, secret
