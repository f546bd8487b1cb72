"""The documentation runs, its links lead somewhere, and nothing that a user can set is left out."""

import argparse
import csv
import json
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import hub.cli
import tierlight.cli
from hub.settings import Settings
from tests.pages import DOCS, Block, Play, blocks, expected, has
from tierlight_schemas.catalogue import CODES
from tools import api_page, roles_page

ROOT = DOCS.parent
PAGES = sorted(DOCS.glob("*.md"))
LINKED = [ROOT / "README.md", *PAGES, *sorted((DOCS / "adr").glob("*.md"))]
BLOCKS = [block for page in PAGES for block in blocks(page)]
PLAYED = [page for page in PAGES if any(b.language == "console" for b in blocks(page))]
PARSERS = {"hub": hub.cli.parser, "tierlight": tierlight.cli.parser}
ALL_TEXT = "\n".join(page.read_text("utf-8") for page in PAGES)

_LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def where(block: Block) -> str:
    return f"{block.page}:{block.line}"


def of_language(*languages: str) -> list[Any]:
    return [pytest.param(b, id=where(b)) for b in BLOCKS if b.language in languages]


class TestPlayed:
    """Pages with commands, done from top to bottom; this is what a reader would see."""

    @pytest.mark.skipif(
        "HUB_TEST_DATABASE_URL" in os.environ, reason="the pages name SQLite: played in that run"
    )
    @pytest.mark.parametrize("page", PLAYED, ids=lambda page: page.name)
    def test_does_what_it_says(self, page, tmp_path):
        programs = ["bash", *(["curl"] if "$ curl" in page.read_text("utf-8") else [])]
        if not has(*programs):
            pytest.skip(f"needs {' and '.join(programs)}")
        play = Play(tmp_path)
        try:
            assert not list(play.play(page))
        finally:
            play.close()

    def test_covers_the_four_users(self):
        assert {"operator.md", "supplier.md", "buyer.md", "auditor.md"} <= {p.name for p in PLAYED}


class TestPlaying:
    """The player itself: a page that is wrong must not pass."""

    def played(self, folder: Path, text: str) -> list[str]:
        page = folder / "page.md"
        page.write_text(text, "utf-8")
        play = Play(folder)
        try:
            return list(play.play(page))
        finally:
            play.close()

    @pytest.mark.parametrize(
        "text",
        [
            "```console\n$ echo one\none\n```\n",
            "```console\n$ printf one\none\n```\n",
            "```console\n$ false  # exit 1\n```\n",
            "```console\n$ echo one; echo two >&2; echo three\none\n…\n```\n",
            "```console\n$ echo id=3f2a9c4e-77 ok\nid=0b1c2d… ok\n```\n",
            '```console\n$ echo \'{"a": "x y", "b": 1}\'\n{"a": "…", "b": 1}\n```\n',
            "```console\n$ echo one \\\n    two\none two\n```\n",
            "```csv a.csv\na,b\n```\n\n```console\n$ cat a.csv\na,b\n```\n",
            "<!-- run\nexport GREETING=hello\n-->\n\n```console\n$ echo $GREETING\nhello\n```\n",
            "<!-- prepare\ntierlight keygen --out a.pem\n-->\n",
            "```python\nassert 1 + 1 == 2\n```\n",
            "```console\n$ echo port 8000 in 2026\nport 8000 in 2026\n```\n",
        ],
    )
    def test_a_true_page_passes(self, tmp_path, text):
        assert self.played(tmp_path, text) == []

    @pytest.mark.parametrize(
        "text",
        [
            "```console\n$ echo two\none\n```\n",
            "```console\n$ echo one\n```\n",
            "```console\n$ true\none\n```\n",
            "```console\n$ echo one; echo two\none\n```\n",
            "```console\n$ echo two; echo one\n…\ntwo\n```\n",
            "```console\n$ false\n```\n",
            "```console\n$ true  # exit 1\n```\n",
            "```console\n$ sh -c 'exit 3'  # exit 1\n```\n",
            "```console\n$ echo id=3f2a9c4e 77 ok\nid=0b1c2d… ok\n```\n",
            "<!-- run\nfalse\n-->\n",
            "<!-- prepare\nhub import parts --company Nobody nothing.csv\n-->\n",
            "```python\nassert 1 + 1 == 3\n```\n",
            "```console\n$ cat a.csv\na,b\n```\n",
        ],
    )
    def test_a_wrong_page_does_not(self, tmp_path, text):
        assert len(self.played(tmp_path, text)) == 1

    def test_output_without_a_command_is_an_error_of_the_page(self, tmp_path):
        with pytest.raises(AssertionError, match=r"page\.md:2: output without a command"):
            self.played(tmp_path, "```console\nout of nowhere\n```\n")

    def test_dots_and_brackets_are_themselves(self):
        assert expected("a.b (c)\n").fullmatch("a.b (c)\n")
        assert not expected("a.b (c)\n").fullmatch("a-b (c)\n")

    def test_years_move_both_ways(self, monkeypatch, tmp_path):
        monkeypatch.setattr("tests.pages.YEARS_ON", 3)
        text = "```console\n$ echo 2025-01-01 > a; sed s/202[8]/then/ a\nthen-01-01\n```\n"
        assert self.played(tmp_path, text) == []
        assert self.played(tmp_path, "```console\n$ cat a\n2025-01-01\n```\n") == []


class TestBlocks:
    @pytest.mark.parametrize("block", of_language("json"))
    def test_json_is_json(self, block):
        json.loads(block.text)

    @pytest.mark.parametrize("block", of_language("csv"))
    def test_tables_have_as_many_cells_as_columns(self, block):
        header, *rows = csv.reader(block.text.splitlines())
        assert rows
        assert {len(row) for row in rows} == {len(header)}

    @pytest.mark.parametrize("block", of_language("python"))
    def test_python_is_python(self, block):
        compile(block.text, where(block), "exec")

    @pytest.mark.parametrize("block", of_language("sh"))
    def test_commands_are_called_as_they_can_be(self, block):
        """Those of `sh` blocks are not run: what they need is not here."""
        for words in _calls(block):
            PARSERS[words[0]]().parse_args(words[1:])

    def test_every_block_says_what_it_is(self):
        assert [where(block) for block in BLOCKS if not block.language] == []


def _calls(block: Block) -> Iterator[list[str]]:
    """The calls of our own commands in a block, word by word."""
    for line in block.text.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if words and words[0] in PARSERS:
            yield words


class TestLinks:
    @pytest.mark.parametrize("page", LINKED, ids=lambda page: page.name)
    def test_lead_somewhere(self, page):
        for target in _LINK.findall(_CODE.sub("", page.read_text("utf-8"))):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            file = page.parent / name if name else page
            assert file.exists(), target
            assert not anchor or anchor in _anchors(file), target

    def test_every_page_is_reached_from_the_index(self):
        linked = set(_LINK.findall((DOCS / "index.md").read_text("utf-8")))
        pages = {str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md")} - {"index.md"}
        assert pages <= linked


def _anchors(page: Path) -> set[str]:
    """Headings as a browser's address names them, the way GitHub spells it."""
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


class TestNothingIsLeftOut:
    @pytest.mark.parametrize("name", Settings.model_fields)
    def test_every_setting_with_its_default(self, name):
        default = Settings.model_fields[name].default
        row = f"| `HUB_{name.upper()}` | `{default}` |"
        assert row in (DOCS / "operator.md").read_text("utf-8")

    def test_no_setting_that_does_not_exist(self):
        known = {f"HUB_{name.upper()}" for name in Settings.model_fields}
        assert set(re.findall(r"\bHUB_[A-Z_]+[A-Z]\b", ALL_TEXT)) == known

    @pytest.mark.parametrize("program", PARSERS)
    def test_every_command(self, program):
        leaves = set(_leaves(PARSERS[program](), program))
        assert len(leaves) > 5
        assert [leaf for leaf in leaves if leaf not in ALL_TEXT] == []

    @pytest.mark.parametrize("family", sorted({code.partition("/")[0] for code in CODES}))
    def test_every_family_of_codes(self, family):
        assert f"`{family}/" in ALL_TEXT


def _leaves(parser: argparse.ArgumentParser, name: str) -> Iterator[str]:
    """Every command that does something: `hub company add`."""
    deeper = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not deeper:
        yield name
    for action in deeper:
        for word, choice in action.choices.items():
            yield from _leaves(choice, f"{name} {word}")


class TestApiPage:
    def test_is_what_the_hub_describes(self):
        text = api_page.PAGE.read_text("utf-8")
        assert api_page.page(text, api_page.described()) == text, "run python tools/api_page.py"

    def test_has_every_path(self):
        text = api_page.PAGE.read_text("utf-8")
        for path, operations in api_page.described()["paths"].items():
            for method in operations:
                assert f"| `{method.upper()} {path}` |" in text

    def test_shows_a_refusal_as_it_is(self, client):
        [example] = [json.loads(b.text) for b in blocks(api_page.PAGE) if b.language == "json"]
        assert client.get("/v1/parts").json() == example

    def test_without_its_mark_is_not_written(self):
        with pytest.raises(ValueError, match="mark"):
            api_page.page("# The API\n", {"paths": {}})

    def test_says_when_it_is_out_of_date(self, tmp_path, monkeypatch, capsys):
        copy = tmp_path / "api.md"
        copy.write_text(api_page.PAGE.read_text("utf-8") + "x", "utf-8")
        monkeypatch.setattr(api_page, "PAGE", copy)
        assert api_page.main(["--check"]) == 1
        assert "out of date" in capsys.readouterr().err
        assert api_page.main([]) == 0
        assert api_page.main(["--check"]) == 0


class TestRolesPage:
    def test_is_what_the_table_and_the_routes_say(self):
        text = roles_page.PAGE.read_text("utf-8")
        assert roles_page.page(text) == text, "run python tools/roles_page.py"

    def test_names_every_action_with_what_does_it(self):
        told = roles_page.PAGE.read_text("utf-8")
        assert "| `submit` | `POST /v1/declarations`," in told
        assert "| `administer` |  |  |  |  |  | ● |  |" in told

    def test_without_its_mark_is_not_written(self):
        with pytest.raises(ValueError, match="mark"):
            roles_page.page("# Roles\n")

    def test_says_when_it_is_out_of_date(self, tmp_path, monkeypatch, capsys):
        copy = tmp_path / "roles.md"
        copy.write_text(roles_page.PAGE.read_text("utf-8") + "x", "utf-8")
        monkeypatch.setattr(roles_page, "PAGE", copy)
        assert roles_page.main(["--check"]) == 1
        assert "out of date" in capsys.readouterr().err
        assert roles_page.main([]) == 0
        assert roles_page.main(["--check"]) == 0
