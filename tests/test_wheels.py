"""What a supplier gets who installs only `tierlight-sdk`: no web framework, no database, and a
command that makes a key, checks, signs and verifies.

Pip's own resolver fills the clean environment, from wheels that are packed again out of the
distributions installed here: no network is needed, and everything the hub needs is on offer.
"""

import base64
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

from tools.forbidden_strings import ROOT

pytestmark = pytest.mark.xdist_group("wheels")  # one worker builds, all tests share

TOO_LARGE_TO_PACK = {"numpy", "scipy"}
"""No light distribution may need them: if one did, pip would not find them and fail."""

MADE_BY_INSTALLERS = {"INSTALLER", "REQUESTED", "RECORD", "direct_url.json"}

TABLE = """\
number,period_start,period_end,declared_unit,declared_amount,mass_kg,kgco2e,boundary,standard,level
HSG-0001,2025-01-01,2026-01-01,piece,1,2.450,11.60,cradle-to-gate,ISO14067,L1
"""


@dataclass(frozen=True)
class Environment:
    """A virtual environment that holds nothing but what was installed into it."""

    folder: Path

    def run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run one of its programs, undisturbed by this process's settings."""
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
        scripts = "Scripts" if sys.platform == "win32" else "bin"
        return subprocess.run(
            [self.folder / scripts / program, *arguments],
            cwd=self.folder,
            env=kept,
            capture_output=True,
            text=True,
            check=False,
        )

    def succeed(self, program: str, *arguments: str | Path) -> str:
        run = self.run(program, *arguments)
        assert run.returncode == 0, f"{program} {arguments}: {run.stdout}\n{run.stderr}"
        return run.stdout


def pip(*arguments: str | Path) -> None:
    quiet = ["--isolated", "--disable-pip-version-check", "--quiet"]
    run = subprocess.run(
        [sys.executable, "-m", "pip", *quiet, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def distributions_of_the_hub() -> list[Distribution]:
    """What the runtime lock installs on this platform."""
    lines = (ROOT / "requirements/runtime.lock").read_text().splitlines()
    pins = [Requirement(line.rstrip("\\ ")) for line in lines if re.match(r"\w", line)]
    return [
        distribution(pin.name)
        for pin in pins
        if (pin.marker is None or pin.marker.evaluate()) and pin.name not in TOO_LARGE_TO_PACK
    ]


def pack(installed: Distribution, folder: Path) -> None:
    """Write the wheel that an installed distribution came from, but for its scripts."""
    description = installed.read_text("WHEEL") or ""
    tags = re.findall(r"^Tag: (\S+)", description, re.MULTILINE)
    stem = f"{installed.name.replace('-', '_')}-{installed.version}"
    files = [
        file
        for file in installed.files or []
        if ".." not in file.parts
        and "__pycache__" not in file.parts
        and file.name not in MADE_BY_INSTALLERS
    ]
    metadata = next(file.parent for file in files if file.name == "METADATA")
    with ZipFile(folder / f"{stem}-{tags[0]}.whl", "w") as wheel:
        for file in files:
            wheel.write(str(installed.locate_file(file)), file.as_posix())
        record = [*(f"{file.as_posix()},," for file in files), f"{metadata.as_posix()}/RECORD,,"]
        wheel.writestr(f"{metadata.as_posix()}/RECORD", "\n".join(record))


@pytest.fixture(scope="session")
def wheels(tmp_path_factory) -> dict[str, Path]:
    """The three wheels of this repository, by distribution."""
    folder = tmp_path_factory.mktemp("wheels")
    pip(
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        folder,
        ROOT / "schemas",
        ROOT / "sdk",
        ROOT,
    )
    return {path.name.split("-")[0]: path for path in folder.glob("*.whl")}


@pytest.fixture(scope="session")
def supplier(wheels, tmp_path_factory) -> Environment:
    """A clean environment after `pip install tierlight-sdk`."""
    environment = Environment(tmp_path_factory.mktemp("supplier"))
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment.folder], check=True)
    with TemporaryDirectory() as offered:
        for installed in distributions_of_the_hub():
            pack(installed, Path(offered))
        sources = ["--find-links", offered, "--find-links", wheels["tierlight_sdk"].parent]
        pip("--python", environment.folder, "install", "--no-index", *sources, "tierlight-sdk")
    return environment


@pytest.fixture(scope="session")
def declarations(supplier) -> Path:
    """One declaration, signed in the clean environment with a key made there."""
    (supplier.folder / "footprints.csv").write_text(TABLE)
    supplier.succeed("tierlight", "keygen", "--out", "key.pem")
    out = supplier.folder / "declarations.ndjson"
    supplier.succeed("tierlight", "declare", "footprints.csv", "--key", "key.pem", "--out", out)
    return out


def contents(wheel: Path) -> set[str]:
    with ZipFile(wheel) as archive:
        return set(archive.namelist())


class TestContents:
    @pytest.mark.parametrize("package", ["tierlight_schemas", "tierlight"])
    def test_of_a_light_wheel_are_one_typed_package(self, wheels, package):
        wheel = wheels["tierlight_sdk" if package == "tierlight" else package]
        folders = {name.split("/")[0] for name in contents(wheel)}
        assert {folder for folder in folders if not folder.endswith(".dist-info")} == {package}
        assert f"{package}/py.typed" in contents(wheel)

    def test_of_the_standard_hold_schemas_messages_and_vectors(self, wheels):
        names = contents(wheels["tierlight_schemas"])
        assert any(name.endswith(".schema.json") for name in names)
        assert any("/vectors/" in name for name in names)

    def test_of_the_hub_hold_portal_and_migrations(self, wheels):
        names = contents(wheels["tierlight_hub"])
        assert {"hub/py.typed", "supplier_portal/py.typed", "hub/_migrations/env.py"} <= names
        assert not any(
            name.startswith(("tierlight", "tests/")) and ".dist-info/" not in name for name in names
        )

    @pytest.mark.parametrize("name", ["tierlight_schemas", "tierlight_sdk", "tierlight_hub"])
    def test_include_licence_and_notice(self, wheels, name):
        with ZipFile(wheels[name]) as archive:
            texts = {
                Path(member).name: archive.read(member).decode()
                for member in archive.namelist()
                if "/licenses/" in member
            }
        assert "Apache License" in texts["LICENSE"]
        assert "World Business Council for Sustainable Development" in texts["NOTICE"]
        assert "absolute disclaimer and waiver of all liability" in texts["NOTICE"]


class TestSupplier:
    @pytest.mark.parametrize(
        "module", ["fastapi", "starlette", "sqlalchemy", "hub", "numpy", "openpyxl"]
    )
    def test_gets_nothing_of_the_server(self, supplier, module):
        run = supplier.run("python", "-c", f"import {module}")
        assert f"No module named '{module}'" in run.stderr

    def test_gets_the_client_and_the_standard(self, supplier):
        supplier.succeed("python", "-c", "import tierlight, tierlight_schemas, httpx, joserfc")

    def test_is_told_what_workbooks_need(self, supplier):
        run = supplier.run("tierlight", "calculate", "--template", "sheet.xlsx")
        assert run.returncode == 1
        assert "pip install 'tierlight-sdk[xlsx]'" in run.stderr

    def test_signs_and_verifies(self, supplier, declarations):
        supplier.succeed("tierlight", "verify", declarations, "--jwk", "key.pub.jwk")

    def test_sees_that_a_declaration_was_altered(self, supplier, declarations):
        line = json.loads(declarations.read_text())
        header, payload, signature = unpack(line["declaration"]).decode().split(".")
        altered = unpack(payload).replace(b'"11.60"', b'"10.60"')
        assert altered != unpack(payload)
        line["declaration"] = repack(f"{header}.{repack(altered)}.{signature}".encode())
        forged = declarations.with_name("forged.ndjson")
        forged.write_text(json.dumps(line) + "\n")
        run = supplier.run("tierlight", "verify", forged, "--jwk", "key.pub.jwk")
        assert run.returncode == 1, run.stdout + run.stderr

    def test_checks_a_document(self, supplier, declarations):
        document = footprint(declarations)
        good = declarations.with_name("good.json")
        good.write_text(json.dumps(document))
        supplier.succeed("tierlight", "check", good)

    def test_is_told_what_is_wrong_with_a_document(self, supplier, declarations):
        document = footprint(declarations)
        document["pcf"]["declaredUnitAmount"] = "0"
        bad = declarations.with_name("bad.json")
        bad.write_text(json.dumps(document))
        run = supplier.run("tierlight", "check", bad)
        assert run.returncode == 1, run.stdout + run.stderr
        assert "declaredUnitAmount" in run.stdout


def unpack(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def repack(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def footprint(declarations: Path) -> dict:
    """The PACT document inside the first declaration of a file."""
    line = json.loads(declarations.read_text().splitlines()[0])
    payload = unpack(line["declaration"]).split(b".")[1].decode()
    subject = json.loads(unpack(payload))["credentialSubject"]
    return subject["footprint"]
