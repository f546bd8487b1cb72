"""What the repository promises about itself: versions, locks, import order, committed files."""

import re
import shutil
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tools.forbidden_strings import ROOT, objections, objections_to_repository

PYPROJECTS = [ROOT / "pyproject.toml", ROOT / "schemas/pyproject.toml", ROOT / "sdk/pyproject.toml"]
LOCK_LINE = re.compile(
    r"""(?x)
    [a-z0-9-]+(\[[a-z,]+\])?==[\w.]+(\ ;\ [\w.'"<>=!()\ ]+)?\ \\    # name==version ; marker
    | \ {4}--hash=sha256:[0-9a-f]{64}(\ \\)?
    | \ {4}\#\ {1,3}(via)?[\w.\ \[\],-]*                                # what asked for it
    """
)


def project(path: Path) -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads(path.read_text())["project"]
    return table


def names(requirements: list[str]) -> set[str]:
    found = [re.match(r"[A-Za-z0-9-]+", line) for line in requirements]
    return {match.group().lower() for match in found if match}


def pins(lock: str) -> set[str]:
    text = (ROOT / "requirements" / lock).read_text()
    return {line for line in text.splitlines() if line[:1].isalnum()}


class TestDistributions:
    def test_carry_one_version(self):
        assert len({project(path)["version"] for path in PYPROJECTS}) == 1

    @pytest.mark.parametrize("path", PYPROJECTS[::2], ids=["hub", "sdk"])
    def test_pin_the_standard_of_their_own_version(self, path):
        version = project(path)["version"]
        assert f"tierlight-schemas=={version}" in project(path)["dependencies"]

    def test_need_exactly_what_the_runtime_lock_is_made_from(self):
        asked = set[str]().union(*(names(project(path)["dependencies"]) for path in PYPROJECTS))
        listed = names((ROOT / "requirements/runtime.in").read_text().splitlines())
        assert asked - {"tierlight-schemas"} == listed

    @pytest.mark.parametrize("path", PYPROJECTS[1:], ids=["schemas", "sdk"])
    def test_carry_the_same_licence_and_notice(self, path):
        for name in ("LICENSE", "NOTICE"):
            assert (path.parent / name).read_bytes() == (ROOT / name).read_bytes()


class TestLocks:
    @pytest.mark.parametrize("lock", ["runtime.lock", "dev.lock"])
    def test_hold_nothing_but_pins_hashes_and_reasons(self, lock):
        lines = (ROOT / "requirements" / lock).read_text().splitlines()
        assert [line for line in lines if not LOCK_LINE.fullmatch(line)] == []

    @pytest.mark.parametrize(
        "line", ["--index-url example", "thing @ file:///opt/thing.whl", "-e ./schemas", "thing>=1"]
    )
    def test_would_not_hold(self, line):
        assert not LOCK_LINE.fullmatch(line)

    def test_agree_with_each_other(self):
        assert pins("runtime.lock") <= pins("dev.lock")


class TestCommittedFiles:
    def test_are_ours_small_and_tied_to_no_machine(self):
        assert objections_to_repository() == []

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("README.md", b"pip install --index-url https://registry.example/simple x"),
            ("notes.md", b"see /" + b"home/anna/tierlight"),
            ("demo/run.py", b"open('C:\\" + b"Users\\anna')"),
            ("supplier_portal/static/tree.min.js", b"let a=1"),
            ("supplier_portal/static/tree.js", b"let a=1;" * 200),
            ("vendor/htmx.js", b"let a = 1;"),
            ("demo/bom.csv", b"a,b\n" * 300_000),
        ],
    )
    def test_are_refused_otherwise(self, name, content):
        assert list(objections(name, content, ["registry.example"])) != []

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("README.md", b"GET /v1/parts/{id}/footprint, ./demo/out, https://example.com/work/1"),
            ("supplier_portal/static/tree.js", b"let rows = 1;\n" * 200),
        ],
    )
    def test_may_be_ordinary(self, name, content):
        assert list(objections(name, content, ["registry.example"])) == []


PURE = (
    "hub.footprints.choice",
    "hub.footprints.passes",
    "hub.findings.rules",
    "hub.sharing.policy",
    "tierlight_schemas.rollup.graph",
)


class TestImports:
    BREACHES = (
        ("Every room has its place", "hub/attic/__init__.py", ""),
        ("Every room has its place", "hub/kit/breach.py", "import hub.findings"),
        ("The portal stands between", "hub/findings/breach.py", "import supplier_portal"),
        ("SDK and schemas stay light", "tierlight_schemas/breach.py", "import starlette"),
        ("SDK and schemas stay light", "tierlight/breach.py", "import hub.settings"),
        ("The server never imports the SDK", "hub/kit/breach.py", "import tierlight"),
        ("Arithmetic is pure", "hub/bom/rules.py", "import hub.bom.tables"),
        ("Arithmetic is pure", "tierlight_schemas/breach.py", "import httpx"),
        ("The portal talks to use cases", "supplier_portal/breach.py", "import hub.bom.tables"),
    )

    def test_follow_the_order_of_the_house(self):
        run = lint_imports(ROOT)
        assert run.returncode == 0, run.stdout

    def test_rules_of_arithmetic_cover_modules_that_exist(self):
        for module in PURE:
            assert find_spec(module), f"{module} is gone: name its successor in the contract"

    @pytest.mark.parametrize(("contract", "file", "line"), BREACHES)
    def test_break_a_contract_when_they_go_astray(self, copied_packages, contract, file, line):
        breach = copied_packages / file
        breach.parent.mkdir(exist_ok=True)
        breach.write_text((breach.read_text() if breach.exists() else "") + f"\n{line}\n")
        run = lint_imports(copied_packages)
        broken = [line for line in run.stdout.splitlines() if line.endswith(" BROKEN")]
        assert any(line.startswith(contract) for line in broken), run.stdout

    @pytest.fixture
    def copied_packages(self, tmp_path):
        """The four packages side by side in a folder that may be damaged."""
        shutil.copy(ROOT / "pyproject.toml", tmp_path)
        for package in ("hub", "supplier_portal", "schemas/tierlight_schemas", "sdk/tierlight"):
            shutil.copytree(ROOT / package, tmp_path / Path(package).name)
        return tmp_path


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


def test_make_without_a_target_lists_every_target():
    makefile = (ROOT / "Makefile").read_text()
    declared = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    helped = re.findall(r"^([a-z]+):.* ## ", makefile, re.MULTILINE)
    assert declared
    assert sorted(declared.group(1).split()) == sorted(helped)
