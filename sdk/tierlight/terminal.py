"""How the command speaks: results on stdout, everything else on stderr, in one language."""

import json
import os
import sys
from collections.abc import Mapping
from typing import Any, TextIO

from tierlight.table import Problem
from tierlight.words import words
from tierlight_schemas.checks import report
from tierlight_schemas.findings import Finding
from tierlight_schemas.messages import language


class Terminal:
    """Prints messages by code."""

    def __init__(self, lang: str, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.lang = language(lang)
        self._out = out or sys.stdout
        self._err = err or sys.stderr

    def say(self, code: str, /, **params: object) -> None:
        """A result, on stdout."""
        self._write(self._out, self.words(code, **params))

    def warn(self, code: str, /, **params: object) -> None:
        """A remark or an error, on stderr."""
        self._write(self._err, self.words(code, **params))

    def words(self, code: str, /, **params: object) -> str:
        """A message as text."""
        return words(code, {name: str(value) for name, value in params.items()}, self.lang)

    def problem(self, file: str, problem: Problem) -> None:
        """`file:row [column] words`, on stderr."""
        place = file if problem.row is None else f"{file}:{problem.row}"
        column = f" [{problem.column}]" if problem.column else ""
        params = {"column": problem.column, **problem.params}
        text = f"{place}{column} {problem.code}: {self.words(problem.code, **params)}"
        self._write(self._err, text)

    def findings(self, place: str, findings: list[Finding], *, to_stderr: bool = False) -> None:
        """Findings with JSON path and remedy, under the place they belong to."""
        stream = self._err if to_stderr else self._out
        for entry in report(findings, self.lang):
            indented = entry.replace("\n", "\n    ")
            self._write(stream, f"{place}: {indented}")

    def data(self, value: Any) -> None:
        """JSON for a program, on stdout."""
        self._write(self._out, json.dumps(value, ensure_ascii=False, indent=2))

    def raw(self, text: str) -> None:
        """Text as it is, on stdout."""
        self._write(self._out, text)

    @staticmethod
    def _write(stream: TextIO, text: str) -> None:
        try:
            print(text, file=stream, flush=True)
        except UnicodeEncodeError:  # a terminal that knows no Chinese
            encoding = stream.encoding or "ascii"
            print(text.encode(encoding, "backslashreplace").decode(encoding), file=stream)


def preferred_language(environment: Mapping[str, str] = os.environ) -> str:
    """The language of the terminal: LC_ALL, LC_MESSAGES, LANG, in that order; else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return language(environment[name].partition(".")[0])
    return "en"
