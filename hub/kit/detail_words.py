"""The words of one entry of an error's details."""

from collections.abc import Mapping

from tierlight_schemas.messages import Message, render


def words_of_detail(detail: Mapping[str, str], lang: str) -> Message:
    """What is wrong at a place; in a workbook also the sheet and cell to look at."""
    words = render(detail["code"], detail, lang)
    if "cell" not in detail:
        return words
    placed = render("xlsx/at", {**detail, "problem": words.text}, lang)
    return Message(placed.text, words.remedy)
