"""docs/security.md: each requirement is answered, each test it names is there, each claim holds."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs/security.md").read_text("utf-8")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
ROWS = {number: (level, asked, said) for number, level, asked, said in ROW.findall(PAGE)}
REFERENCE = re.compile(r"`(tests/[\w/]+\.py)::([\w:]+)`")
ANSWERS = ("tested: ", "operator: ", "not here: ", "open: ")
SHIPPED = ("hub", "supplier_portal", "schemas", "sdk")
CALLERS = {
    "httpx",
    "httpx2",
    "requests",
    "urllib",
    "http",
    "httpcore",
    "socket",
    "ssl",
    "smtplib",
    "ftplib",
    "aiohttp",
}
HARMLESS = {"http", "urllib.parse"}
"""Names of statuses, and taking addresses apart."""
REQUESTS = {"Client", "AsyncClient", "HTTPTransport", "get", "post", "put", "request", "stream"}
NO_VERIFYING = {"CERT_NONE", "_create_unverified_context"}
MAKERS_OF_CODE = {"eval", "exec", "compile", "__import__"}
UNSAFE = {"pickle", "marshal", "shelve", "dill", "yaml"}


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Every shipped module, parsed."""
    for folder in folders or SHIPPED:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "examples" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))


def imported(tree: ast.Module) -> set[str]:
    """The modules that a module imports, in full."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module or "")
    return names


@cache
def names_of(path: str) -> frozenset[str]:
    """Tests of a file as pytest names them, without their parameters."""
    found = set()
    for node in ast.parse((ROOT / path).read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{m.name}" for m in node.body if isinstance(m, ast.FunctionDef)}
    return frozenset(found)


def test_the_page_is_whole():
    """70 of level 1 and 176 of level 2: those of ASVS 5.0.0 without V17."""
    assert Counter(level for level, _, _ in ROWS.values()) == {"1": 70, "2": 176}
    assert len(ROW.findall(PAGE)) == len(ROWS)
    chapters = Counter(int(number.partition(".")[0]) for number in ROWS)
    assert dict(chapters) == {
        **{1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7},
        **{9: 7, 10: 29, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13, 16: 16},
    }
    for heading in ("From whom", "What is costly", "Libraries", "Keys and algorithms"):
        assert f"\n## {heading}\n" in PAGE


@pytest.mark.parametrize("number", ROWS)
def test_a_requirement_is_answered(number):
    _, asked, said = ROWS[number]
    assert asked.strip()
    assert said.startswith(ANSWERS)
    if said.startswith("tested: "):
        assert REFERENCE.search(said) or "TODO-TEST" in said
    else:
        assert len(said.partition(": ")[2]) > 5


@pytest.mark.parametrize(("path", "name"), sorted(set(REFERENCE.findall(PAGE))))
def test_a_test_that_is_named_is_there(path, name):
    assert name in names_of(path)
    assert name.rpartition("::")[2].startswith("test_")


def test_nothing_is_left_to_be_filled_in():
    assert [number for number, (_, _, said) in ROWS.items() if "TODO" in said] == []


def test_no_code_is_made_from_text():
    """But for loops that the engine unrolls: its text is numbers of its own."""
    made = [
        path
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in MAKERS_OF_CODE
    ]
    assert made == ["hub/footprints/engine/fast.py"]
    assert [path for path, tree in sources() if imported(tree) & UNSAFE] == []


def test_the_inventory_names_what_the_code_uses():
    used = {
        node.attr
        for _, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "hashlib"
    }
    assert used == {"sha256", "scrypt"}
    assert all(f"`{name}`" in PAGE for name in used)
    # Pauses between retries are spread; nothing depends on nobody guessing them.
    by_chance = [path for path, tree in sources() if "random" in imported(tree)]
    assert by_chance == ["sdk/tierlight/transport.py"]


SCRIPTS = sorted((ROOT / "supplier_portal/static").glob("*.js"))
KEEPERS = ("localStorage", "sessionStorage", "indexedDB", "caches", "document.cookie")
READERS = ("JSON.parse", ".json()", "Object.assign", "__proto__", "structuredClone", "onmessage")


def uses(names: tuple[str, ...]) -> dict[str, set[str]]:
    """By script, the names that stand in its code."""
    found = {path.name: path.read_text("utf-8") for path in SCRIPTS}
    assert found
    said = {name: {word for word in names if word in text} for name, text in found.items()}
    return {name: words for name, words in said.items() if words}


def test_scripts_keep_nothing_but_a_key_in_the_browser():
    assert uses(KEEPERS) == {"browser-key.js": {"indexedDB"}}


def test_scripts_read_the_hub_s_answers_alone_and_write_no_member_by_name():
    """What is to be signed is read as it came, and members are named where they are read."""
    assert uses(READERS) == {"enrol.js": {".json()"}, "sign.js": {"JSON.parse"}}
    written = [path.name for path in SCRIPTS if re.search(r"\]\s*=[^=]", path.read_text("utf-8"))]
    assert written == []


def test_no_certificate_goes_unverified():
    switched_off = [
        path
        for path, tree in sources()
        for node in ast.walk(tree)
        if _is_request_without_verifying(node)
        or (isinstance(node, ast.Attribute) and node.attr in NO_VERIFYING)
    ]
    assert switched_off == []


def _is_request_without_verifying(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    named = {keyword.arg for keyword in node.keywords}
    return name in REQUESTS and bool(named & {"verify", "check_hostname"})


def test_only_named_modules_call_others():
    """In the server; the SDK calls the hub, and witnesses call logs."""
    calling = {
        path
        for path, tree in sources("hub", "supplier_portal")
        for name in imported(tree) - HARMLESS
        if name.partition(".")[0] in CALLERS
    }
    named = set(re.findall(r"^\| `((?:hub|supplier_portal)/[\w/]+\.py)` \|", PAGE, re.MULTILINE))
    assert calling == named
