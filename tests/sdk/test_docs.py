"""What docs/sdk.md and the example say, done."""

import argparse
import re
import runpy
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tierlight import Client, FileSigner, Status
from tierlight.cli import MODULES, parser
from tierlight.commands import EXIT_STATUS
from tierlight.errors import SigningError
from tierlight.signer import sign_payload
from tierlight_schemas import columns
from tierlight_schemas.envelope import canonical, verify

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "sdk.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_five_minutes_do_what_they_say(desk):
    folder = desk.folder / "new"
    folder.mkdir()
    (folder / "footprints.csv").write_text(blocks("csv")[0])
    files = {"footprints.csv", "key.pem", "key.pub.jwk", "signed.ndjson"}
    for line in blocks("sh")[0].splitlines():
        words = [str(folder / word) if word in files else word for word in shlex.split(line)]
        ran = desk.run(*words[1:])
        assert ran.status == 0, line
        if words[1] == "declare":
            assert "Separator: unknown, not declared" in ran.out
            assert "2 new" in ran.out


def test_every_command_and_option_of_the_page_exists():
    known = {module.__name__.rpartition(".")[2].replace("_", "-") for module in MODULES}
    assert set(re.findall(r"^\| `tierlight ([a-z-]+)", PAGE, re.MULTILINE)) == known
    assert set(re.findall(r"(?<!-)--[a-z][a-z-]+", PAGE)) <= set(options_of(parser()))


def options_of(command: argparse.ArgumentParser) -> Iterator[str]:
    """Its own, and those of the commands below it."""
    for action in command._actions:
        yield from action.option_strings
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from options_of(below)


def test_every_column_of_the_page_is_read_and_every_own_column_stands_there():
    table = PAGE.partition("## The table")[2].partition("## The profile")[0]
    cells = re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE)
    names = {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)} - {"column"}
    for name in names:
        assert columns.column_name(name) is not None, name
    assert set(columns.REQUIRED) <= names
    read = {columns.column_name(name) for name in names}
    for own in ("site", "boundary", "level", "standard", "electricity_kwh", "technological_dqr"):
        assert own in read


def test_every_method_of_the_client_is_on_the_page():
    methods = {name for name in dir(Client) if not name.startswith("_")} - {"close"}
    table = PAGE.partition("The client has")[2].partition("Results are frozen")[0]
    named = set(re.findall(r"`([a-z_]+)`", table))
    assert named == methods


def test_exit_statuses_are_those_of_the_help():
    table = PAGE.partition("## Exit status")[2].partition("## From Python")[0]
    assert re.findall(r"^\| (\d)", table, re.MULTILINE) == re.findall(r"^  (\d)", EXIT_STATUS, re.M)


def test_another_signer_as_on_the_page():
    code = next(block for block in blocks("python") if "class Module" in block)
    names: dict[str, Any] = {}
    exec(compile(code, "docs/sdk.md", "exec"), names)
    assert names["jws"].count(".") == 2


class FakeToken:
    """A PKCS#11 session with one P-256 key: it signs digests only, and answers in r and s."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())

    def get_key(self, *, object_class: str, label: str) -> Any:
        assert label == "declarations"
        return self if object_class == "private" else {"point": self.point()}

    def point(self) -> bytes:
        form = (Encoding.X962, PublicFormat.UncompressedPoint)
        return b"\x04\x41" + self.key.public_key().public_bytes(*form)

    def sign(self, data: bytes, mechanism: str) -> bytes:
        assert (mechanism, len(data)) == ("ecdsa", 32)
        der = self.key.sign(data, ec.ECDSA(Prehashed(SHA256())))
        return b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(der))


def test_a_token_as_on_the_page(monkeypatch):
    module = SimpleNamespace(
        Attribute=SimpleNamespace(EC_POINT="point"),
        Mechanism=SimpleNamespace(ECDSA="ecdsa"),
        ObjectClass=SimpleNamespace(PUBLIC_KEY="public", PRIVATE_KEY="private"),
    )
    monkeypatch.setitem(sys.modules, "pkcs11", module)
    code = next(block for block in blocks("python") if "class TokenSigner" in block)
    names: dict[str, Any] = {}
    exec(compile(code, "docs/sdk.md", "exec"), names)
    signer = names["TokenSigner"](FakeToken(), "declarations")
    payload = canonical({"part": "电池包"})
    for _ in range(20):
        assert verify(sign_payload(payload, signer), signer.jwk).payload == payload
    monkeypatch.setattr(FakeToken, "sign", lambda *_, **__: b"\x30\x45DER")
    with pytest.raises(SigningError, match="sdk/signer"):
        sign_payload(payload, signer)


def test_the_client_as_on_the_page(live_hub, cellwerk, desk, monkeypatch):
    monkeypatch.setenv("TIERLIGHT_URL", live_hub.url)
    monkeypatch.setenv("TIERLIGHT_CLIENT_ID", cellwerk.client_id)
    monkeypatch.setenv("TIERLIGHT_CLIENT_SECRET", cellwerk.secret)
    desk.declare()
    monkeypatch.chdir(desk.folder)
    names: dict[str, Any] = {}
    exec(compile(blocks("python")[0], "docs/sdk.md", "exec"), names)
    assert [verdict.status for verdict in names["verdicts"]] == [Status.STORED] * 3


def test_the_example(supplier):
    example = runpy.run_path(str(ROOT / "sdk" / "examples" / "declare_and_submit.py"))
    verdict = example["declare"](supplier, FileSigner.generate())
    assert verdict.status is Status.STORED
    assert verdict.receipt
