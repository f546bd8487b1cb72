"""Small graphs stand for large ones: the compiled passes are used wherever there are any."""

import pytest

from hub.footprints.engine import fast


@pytest.fixture(autouse=True)
def compiled_however_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast, "LEAST_LINES", 0)
