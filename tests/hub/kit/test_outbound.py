"""The way out, against servers that misbehave, and that there is no other."""

import ast
import datetime
import socket
import ssl
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import hub
import supplier_portal
from hub.kit import outbound as module
from hub.kit.outbound import MAX_ANSWER, Outbound, OutboundFailed

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


@contextmanager
def server(answer, tls=None):
    """Answers every connection with these bytes, or by calling `answer(connection)`."""
    listening = socket.create_server(("127.0.0.1", 0))
    seen = []

    def serve():
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            try:
                if tls:
                    connection = tls.wrap_socket(connection, server_side=True)
                seen.append(connection.recv(65536))
                if callable(answer):
                    answer(connection)
                else:
                    connection.sendall(answer)
            except OSError:
                pass
            finally:
                connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1], seen
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def ask(answer, seconds=5.0):
    with server(answer) as (port, seen):
        reply = Outbound(loopback=True, seconds=seconds).get(f"http://127.0.0.1:{port}/a?b=c")
    return reply, seen


def refused(answer, seconds=5.0):
    with pytest.raises(OutboundFailed) as failure:
        ask(answer, seconds)
    return failure.value


class TestAnAnswer:
    def test_comes_with_status_and_body(self):
        reply, [request] = ask(OK)
        assert (reply.status, reply.json()) == (200, {})
        assert request.startswith(b"GET /a?b=c HTTP/1.1\r\n")
        assert b"Accept-Encoding: identity" in request

    def test_that_redirects_is_not_followed(self):
        with server(OK) as (inside, seen):
            away = f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{inside}/\r\n"
            reply, _ = ask(away.encode() + b"Content-Length: 0\r\n\r\n")
            assert (reply.status, seen) == (302, [])

    def test_that_is_too_large_is_cut_off(self):
        endless = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (MAX_ANSWER + 1)
        assert refused(endless).code == "hub/outbound-too-large"

    def test_that_drips_ends_with_the_time(self):
        def drip(connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            for _ in range(1000):
                connection.sendall(b"X: y\r\n")
                if stop.wait(0.05):
                    return

        stop = threading.Event()
        try:
            assert refused(drip, seconds=0.5).code == "hub/outbound-unreachable"
        finally:
            stop.set()

    @pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nX"])
    def test_that_is_none_is_said(self, answer):
        error = refused(answer)
        assert error.code == "hub/outbound-unreachable"
        assert "b=c" not in str(error)

    @pytest.mark.parametrize(
        "body",
        [
            *(b"", b"[]", b'"text"', b"1", b"null", b"{", b"<html>", b"\xff{}", b"{}{}"),
            *(b'{"a": 1, "a": 2}', b'{"a": NaN}', b'{"a": {"b": 1, "b": 1}}', b"{'a': 1}"),
            *(b"\xef\xbb\xbf{}", '{"a": 1}'.encode("utf-16"), b'{"a":' * 9_000, b"\x00"),
        ],
    )
    def test_is_read_as_one_unambiguous_object(self, body):
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        reply, _ = ask(head + body)
        with pytest.raises(OutboundFailed) as failure:
            reply.json()
        assert failure.value.code == "hub/outbound-answer"


class TestAName:
    """Names that lead somewhere else than they should; `resolve` stands for the DNS."""

    def asked(self, monkeypatch, *addresses, loopback=False):
        questions = []

        def resolve(host, port):
            questions.append((host, port))
            return list(addresses)

        monkeypatch.setattr(module, "_resolve", resolve)
        with pytest.raises(OutboundFailed) as failure:
            Outbound(loopback).get("https://login.example/path?secret=1")
        assert "secret" not in str(failure.value)
        return failure.value.code, questions

    @pytest.mark.parametrize(
        "addresses",
        [
            *(["127.0.0.1"], ["10.0.0.1"], ["169.254.169.254"], ["::1"], ["::ffff:10.0.0.1"]),
            *(["100.64.0.1"], ["64:ff9b::a00:1"], ["8.8.8.8", "192.168.0.1"], ["fe80::1%eth0"]),
            [],
        ],
    )
    def test_of_a_closed_address_is_not_called(self, monkeypatch, addresses):
        def connect(*_):
            raise AssertionError("a connection was opened")

        monkeypatch.setattr(socket, "create_connection", connect)
        code, questions = self.asked(monkeypatch, *addresses)
        assert code == "hub/outbound-address"
        assert questions == [("login.example", 443)]

    def test_is_resolved_once_and_connected_to_that_address(self, monkeypatch):
        connected = []

        def connect(address, *_, **__):
            connected.append(address)
            raise ConnectionRefusedError

        monkeypatch.setattr(socket, "create_connection", connect)
        code, questions = self.asked(monkeypatch, "8.8.8.8", "1.1.1.1")
        assert code == "hub/outbound-unreachable"
        assert questions == [("login.example", 443)]
        assert connected == [("8.8.8.8", 443), ("1.1.1.1", 443)]

    def test_whose_connection_has_another_peer_is_not_spoken_to(self, monkeypatch):
        """As by a rule of the operator's network that leads a public address inside."""
        with server(OK) as (port, seen):
            inside = socket.create_connection
            monkeypatch.setattr(
                socket, "create_connection", lambda *_, **__: inside(("127.0.0.1", port))
            )
            code, _ = self.asked(monkeypatch, "8.8.8.8")
            assert (code, [data for data in seen if data]) == ("hub/outbound-unreachable", [])

    def test_that_nobody_answers_for_ends_with_the_time(self, monkeypatch):
        waiting = threading.Event()
        monkeypatch.setattr(module, "_resolve", lambda *_: waiting.wait(5) and [])
        with pytest.raises(OutboundFailed) as failure:
            Outbound(seconds=0.1).get("https://login.example/")
        waiting.set()
        assert failure.value.code == "hub/outbound-unreachable"

    def test_that_is_a_number_is_not_resolved(self, monkeypatch):
        monkeypatch.setattr(module, "_resolve", None)
        for url in ("https://2130706433/", "https://169.254.169.254/", "http://login.example/"):
            with pytest.raises(OutboundFailed) as failure:
                Outbound().get(url)
            assert failure.value.code == "hub/outbound-url"

    def test_proxies_of_the_environment_are_ignored(self, monkeypatch):
        with server(OK) as (proxy, seen):
            for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
                monkeypatch.setenv(name, f"http://127.0.0.1:{proxy}")
            reply, _ = ask(OK)
            assert (reply.status, seen) == (200, [])


class TestTls:
    @pytest.fixture
    def certified(self, tmp_path, monkeypatch):
        """TLS of `login.example`, by an authority that the hub is told to trust."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "login.example")])
        today = datetime.datetime.now(datetime.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(today - datetime.timedelta(1))
            .not_valid_after(today + datetime.timedelta(1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("login.example")]), False)
            .sign(key, hashes.SHA256())
        )
        pem = certificate.public_bytes(serialization.Encoding.PEM)
        secret = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        (tmp_path / "both.pem").write_bytes(secret + pem)
        (tmp_path / "ca.pem").write_bytes(pem)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        monkeypatch.setattr(module, "_resolve", lambda *_: ["127.0.0.1"])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / "both.pem")
        return context

    def test_of_the_name_that_was_asked_for_is_accepted(self, certified):
        with server(OK, certified) as (port, [*_]):
            reply = Outbound(loopback=True).get(f"https://login.example:{port}/")
        assert reply.json() == {}

    @pytest.mark.parametrize("host", ["other.example", "login.example.evil.example"])
    def test_of_another_name_is_refused(self, certified, host):
        with server(OK, certified) as (port, seen):
            with pytest.raises(OutboundFailed) as failure:
                Outbound(loopback=True).get(f"https://{host}:{port}/")
            assert failure.value.code == "hub/outbound-unreachable"
            assert seen == []

    def test_of_an_unknown_authority_is_refused(self, certified, monkeypatch):
        monkeypatch.delenv("SSL_CERT_FILE")
        with server(OK, certified) as (port, _), pytest.raises(OutboundFailed):
            Outbound(loopback=True).get(f"https://login.example:{port}/")


OPENERS = {
    *("aiohttp", "asyncio", "ftplib", "http", "httpcore", "httpx", "httpx2", "imaplib", "poplib"),
    *("requests", "smtplib", "socket", "socketserver", "ssl", "telnetlib", "urllib3"),
    *("websockets", "xmlrpc"),
}
HARMLESS = {"http.HTTPStatus"}
"""Parts of those that open nothing."""
WAY_OUT = "hub/kit/outbound.py"
MAIL = "hub/kit/mail.py"
"""To the one server that the operator names, and nobody else can."""


def openers(tree):
    """What a module imports that can open a connection."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            opens = name.partition(".")[0] in OPENERS or name.startswith("urllib.request")
            client = name.startswith("authlib.integrations")
            if (opens or client) and not any(name.startswith(known) for known in HARMLESS):
                yield name


def test_nothing_else_opens_a_connection():
    found = {}
    for package in (hub, supplier_portal):
        root = Path(str(package.__file__)).parent
        for path in sorted(root.rglob("*.py")):
            names = set(openers(ast.parse(path.read_text("utf-8"))))
            if names:
                found[str(path.relative_to(root.parent))] = names
    assert found == {
        WAY_OUT: {"httpcore", "httpx", "socket", "ssl"},
        MAIL: {"smtplib", "socket", "ssl"},
    }


@pytest.mark.parametrize(
    "text",
    [
        *("import httpx", "from urllib.request import urlopen", "import urllib.request as r"),
        *("from http.client import HTTPSConnection", "import socket", "import smtplib"),
        "from authlib.integrations.starlette_client import OAuth",
    ],
)
def test_a_breach_would_be_found(text):
    assert list(openers(ast.parse(text)))
