"""Tables as files, and what is said about bad ones."""

import io

import pytest
from sqlalchemy.orm import Session

from hub.kit.csv_table import BadTable
from hub.parties.tables import Company
from tierlight_schemas.messages import LANGUAGES, render

Refusal = tuple[int, str, str]


def file(text: str) -> io.BytesIO:
    return io.BytesIO(text.encode())


def refusals(importing, session: Session, company: Company, text: str) -> list[Refusal]:
    """(row, column, code) of every problem; each has words in every language."""
    with pytest.raises(BadTable) as refused:
        importing(session, company.id, file(text))
    for detail in refused.value.details:
        for lang in LANGUAGES:
            words = render(detail["code"], detail, lang)
            assert detail["row"] in words.text
            assert detail["file"] in words.text
            assert words.remedy
            assert "–" not in words.text
    return [(int(d["row"]), d["column"], d["code"]) for d in refused.value.details]
