"""What is to be written into a workbook that goes back: marks, and the list of all that is wrong.

Pure. The list has the words of all three languages, because who fills in and who helps are not
always the same people.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.kit.csv_table import letters
from hub.kit.language import LANGUAGES, Language
from hub.workbooks.entries import Problem
from hub.workbooks.form import BY_NAME, CHECK, CHOICES, ERRORS, UNIT_LISTS
from hub.workbooks.wording import catalogue, word
from tierlight_schemas.messages import Message, render

HEADERS = (
    *("sheet", "cell", "row_key", "field", "severity", "rule_id", "found", "expected"),
    *("message_zh", "message_en", "message_de", "how_to_fix"),
)
_WIDTHS = (12, 8, 14, 16, 10, 26, 22, 26, 46, 46, 46, 46)
_MOST = 20_000
"""Problems that are written into a workbook."""
Layout = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Said:
    """One problem where its user looks for it."""

    problem: Problem
    sheet: str
    cell: str
    """`H5`."""
    row_key: str
    expected: str
    messages: Mapping[Language, Message]

    def named(self, language: Language) -> dict[str, str]:
        """By the headers of the list; what to do is said in one language."""
        found = self.problem
        texts = [self.messages[each].text for each in ("zh-CN", "en", "de")]
        about = [self.sheet, self.cell, self.row_key, found.column, found.severity, found.code]
        told = [*about, found.found, self.expected, *texts, self.messages[language].remedy]
        return dict(zip(HEADERS, told, strict=True))


def said(problem: Problem, row_key: str, layout: Layout) -> Said:
    """A problem with its place and its words."""
    place = layout.get(problem.form, {})
    column = place.get("columns", {}).get(problem.column) or place.get("check", 1)
    messages = {language: message(problem, language) for language in LANGUAGES}
    cell = f"{letters(column - 1)}{problem.row}"
    return Said(problem, place.get("title", ""), cell, row_key, _expected(problem), messages)


def message(problem: Problem, language: Language) -> Message:
    """What is wrong in a language, the column and the choices by what they are called there."""
    params = dict(problem.params) | {"column": word(f"column.{problem.column}", language)}
    params.setdefault("found", problem.found)
    if "allowed" in params:
        params["allowed"] = _named(problem, params["allowed"], language)
    for name in ("one", "other"):
        if name in params and problem.code == "workbook/two-units":
            params[name] = catalogue(language).get(f"unit.{params[name]}", params[name])
    if problem.code.startswith(("row/", "calculator/")) and not problem.found:
        params["found"] = params["column"]
    return render(problem.code, params, language)


def _named(problem: Problem, allowed: str, language: Language) -> str:
    column = BY_NAME[problem.form][problem.column]
    group = "unit" if problem.code.startswith("workbook/unit") else f"list.{column.choices}"
    codes = (code.strip() for code in allowed.split(","))
    return ", ".join(catalogue(language).get(f"{group}.{code}", code) for code in codes)


def _expected(problem: Problem) -> str:
    """What a program would expect there: codes, or a form."""
    params, column = problem.params, problem.column
    if "expected" in params or "allowed" in params:
        return params.get("expected") or params["allowed"]
    if "one" in params:
        return f"{params['one']} | {params['other']}"
    kind = BY_NAME[problem.form][column].kind
    choices = BY_NAME[problem.form][column].choices
    if kind in ("unit", "choice"):
        return ", ".join(UNIT_LISTS.get(choices) or CHOICES.get(choices, ()))
    return {"day": "2024-12-31", "number": "1234.5", "quantity": "1234.5", "percent": "20"}.get(
        kind, ""
    )


def marks(told: Sequence[Said], layout: Layout, language: Language) -> dict[str, Any]:
    """All that the marking process is told (`hub.workbooks.process.marking`)."""
    shown = told[:_MOST]
    titles = [word(f"sheet.{ERRORS}", each) for each in LANGUAGES]
    return {
        "cells": [_cell(each, layout, language) for each in shown],
        "rows": list(_rows(shown, layout, language)),
        "heads": list(_heads(layout, language)),
        "title": word(f"sheet.{ERRORS}", language),
        "titles": titles,
        "lines": [list(HEADERS), *(list(each.named(language).values()) for each in shown)],
        "widths": list(_WIDTHS),
    }


def _cell(each: Said, layout: Layout, language: Language) -> dict[str, Any]:
    words, place = each.messages[language], layout[each.problem.form]
    key = "mark.wrong" if each.problem.severity == "error" else "mark.warning"
    column = place["columns"].get(each.problem.column) or place["check"]
    text = word(key, language, text=words.text, remedy=words.remedy)
    return {"sheet": each.sheet, "row": each.problem.row, "column": column, "text": text}


def _rows(told: Iterable[Said], layout: Layout, language: Language) -> Iterable[dict[str, Any]]:
    """A text at the end of each row in which something is wrong: it is seen without a comment."""
    by_row: dict[tuple[str, int], list[Said]] = defaultdict(list)
    for each in told:
        by_row[each.problem.form, each.problem.row].append(each)
    for (form, row), found in by_row.items():
        wrong = any(each.problem.severity == "error" for each in found)
        cells = ", ".join(dict.fromkeys(each.cell for each in found))
        text = word("mark.row" if wrong else "mark.row_warning", language, cells=cells)
        place = layout[form]
        yield {"sheet": place["title"], "row": row, "column": place["check"], "text": text}


def _heads(layout: Layout, language: Language) -> Iterable[dict[str, Any]]:
    for place in layout.values():
        head, column = place["head"], place["check"]
        if head > 1:
            title = word(f"column.{CHECK}", language)
            yield {"sheet": place["title"], "row": head - 1, "column": column, "text": title}
        yield {"sheet": place["title"], "row": head, "column": column, "text": CHECK}
