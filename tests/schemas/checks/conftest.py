"""Every planted defect has the evidence that its example shows."""

from collections.abc import Iterator

import pytest

from tests.planted import compared
from tierlight_schemas.findings import Finding


@pytest.fixture(autouse=True)
def like_their_examples(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with compared(monkeypatch, Finding, ("tierlight_schemas.checks",)):
        yield
