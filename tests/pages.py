"""Pages of docs/ as they are written, and a shell that does what they say.

A page is played in one shell and an empty folder, from top to bottom:

- ```` ```console ```` lines that begin with `$ ` are commands (a trailing backslash continues one);
  the other lines are what they print, on stdout or stderr. `# exit 1` at the end of a command says
  how it ends; without it, well. A line `…` stands for any lines, `…` alone in a line for any text,
  and a word that ends in `…` for any word.
- ```` ```csv parts.csv ```` writes that file; so do all blocks that name one.
- ```` ```python ```` is run on its own, and has to end well.
- `<!-- run … -->` holds commands that set the scene, one a line; the reader does not see them.
  `<!-- prepare … -->` holds only calls of `hub` and `tierlight`, made by one process because each
  process takes a second to start.

The pages say 8000 where a hub listens, and years as if it were 2026. Both are put right on the way
in and back on the way out, so that a page can be played on any port and in any year.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"
PORT = "8000"
YEARS_ON = datetime.now(UTC).year - 2026
SECONDS = 60
"""How long one command may take."""

_PREPARED = """
import shlex
from hub.cli import main as hub
from tierlight.cli import main as tierlight
for line in {!r}.splitlines():
    program, *words = shlex.split(line)
    assert {{"hub": hub, "tierlight": tierlight}}[program](words) == 0, line
"""
_COMMENT = re.compile(r"^<!-- (run|prepare)$")
_FENCE = re.compile(r"^```(\w*) ?(.*)$")
_EXIT = re.compile(r" +# exit (\d+)$")
_YEAR = re.compile(r"(?<![\d.])20[23]\d(?![\d.])")


@dataclass(frozen=True)
class Block:
    """A fenced block, or what stands in a comment (`language` is then `run` or `prepare`)."""

    page: str
    line: int
    language: str
    file: str
    """The name after the language, if there is one."""
    text: str


@dataclass(frozen=True)
class Command:
    """A command, how it ends, and what it prints."""

    place: str
    text: str
    status: int
    printed: str


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of a page, in order."""
    lines = page.read_text("utf-8").splitlines()
    at = 0
    while at < len(lines):
        fence = _FENCE.match(lines[at])
        comment = _COMMENT.match(lines[at])
        if fence or comment:
            end = lines.index("```" if fence else "-->", at + 1)
            language, file = fence.groups() if fence else (comment[1] if comment else "", "")
            text = "".join(f"{line}\n" for line in lines[at + 1 : end])
            yield Block(page.name, at + 1, language, file, text)
            at = end
        at += 1


def commands(block: Block) -> Iterator[Command]:
    """What a block wants to be run; every line of `run` is a command that has to end well."""
    lines = block.text.splitlines()
    at = 0
    while at < len(lines):
        place = f"{block.page}:{block.line + 1 + at}"
        if block.language == "run":
            yield Command(place, lines[at], 0, "…\n")
            at += 1
            continue
        assert lines[at].startswith("$ "), f"{place}: output without a command"
        first = at
        while lines[at].endswith("\\"):
            at += 1
        text = "\n".join([lines[first][2:], *lines[first + 1 : at + 1]])
        ends = _EXIT.search(text)
        following = next((i for i in range(at + 1, len(lines)) if lines[i].startswith("$ ")), None)
        printed = lines[at + 1 : following]
        yield Command(
            place, text, int(ends[1]) if ends else 0, "".join(f"{line}\n" for line in printed)
        )
        at = len(lines) if following is None else following


def expected(printed: str) -> re.Pattern[str]:
    """What matches the output that a page shows."""
    return re.compile("".join(map(_line, printed.splitlines())))


def _line(line: str) -> str:
    if line.strip() == "…":
        return r"(?:.*\n)*?"
    words = re.split(r"([\w-]*…)", line)
    return "".join(map(_word, words)) + r"\n"


def _word(word: str) -> str:
    if word == "…":
        return r".*"
    return r"[^\s\"]+" if word.endswith("…") else re.escape(word)


class Play:
    """A shell in a folder of its own, with nothing but the commands of this installation."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = _free_port()
        self._shell = subprocess.Popen(
            ["bash", "--norc", "--noprofile"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=_environment(folder),
            start_new_session=True,
        )

    def close(self) -> None:
        """End the shell and whatever it still runs in the background."""
        self._kill()
        self._shell.communicate()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._shell.pid, signal.SIGKILL)

    def play(self, page: Path) -> Iterator[str]:
        """Do what a page says; yields what went otherwise than it says."""
        for block in blocks(page):
            if block.file:
                (self._folder / block.file).write_text(self._in(block.text), "utf-8")
            elif block.language in ("python", "prepare"):
                text = block.text if block.language == "python" else _PREPARED.format(block.text)
                (self._folder / "block.py").write_text(self._in(text), "utf-8")
                place = f"{block.page}:{block.line}"
                yield from self._done(Command(place, "python block.py", 0, "…\n"))
            elif block.language in ("console", "run"):
                for command in commands(block):
                    yield from self._done(command)

    def _done(self, command: Command) -> Iterator[str]:
        status, output = self.run(command.text)
        if status != command.status:
            yield f"{command.place}: {command.text}\nended with {status}:\n{output}"
        elif not expected(command.printed).fullmatch(output):
            yield f"{command.place}: {command.text}\nprinted:\n{output}"

    def run(self, text: str) -> tuple[int, str]:
        """The exit status of a command and what it printed."""
        assert self._shell.stdin
        mark = f"=={time.monotonic_ns()}=="
        self._shell.stdin.write(f"{self._in(text)}\nprintf '{mark}%d\\n' $?\n".encode())
        self._shell.stdin.flush()
        status, output = self._until(mark)
        if text.startswith("hub serve"):
            self._wait_for_the_hub()
        return status, self._out(output)

    def _until(self, mark: str) -> tuple[int, str]:
        assert self._shell.stdout
        lines: list[str] = []
        too_long = threading.Timer(SECONDS, self._kill)
        too_long.start()
        for read in self._shell.stdout:
            before, found, status = read.decode("utf-8", "replace").partition(mark)
            # Output that does not end with a line break stands before the mark.
            lines += [before if not found or before.endswith("\n") else f"{before}\n"] * bool(
                before
            )
            if found:
                too_long.cancel()
                return int(status), "".join(lines)
        raise AssertionError("".join(lines) + f"… and no end after {SECONDS} seconds")

    def _wait_for_the_hub(self) -> None:
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/healthz", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError("the hub does not listen")

    def _in(self, text: str) -> str:
        return _years(re.sub(rf"\b{PORT}\b", str(self._port), text), YEARS_ON)

    def _out(self, text: str) -> str:
        return _years(re.sub(rf"\b{self._port}\b", PORT, text), -YEARS_ON)


def _years(text: str, forward: int) -> str:
    return _YEAR.sub(lambda year: str(int(year[0]) + forward), text)


def _environment(folder: Path) -> dict[str, str]:
    scripts = Path(sys.executable).parent
    return {
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "COLUMNS": "100",
        # Otherwise what a program says on stderr comes before what it said earlier on stdout.
        "PYTHONUNBUFFERED": "1",
    }


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def has(*programs: str) -> bool:
    """Whether these programs are on this machine."""
    return all(map(shutil.which, programs))
