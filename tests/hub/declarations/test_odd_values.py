"""Whatever a signer writes where, the door answers with a verdict or a refusal, never a defect."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hub.declarations.usecases import receive
from hub.kit.errors import HubError
from hub.settings import Settings
from tests.cast import AURORA, BEIFENG
from tierlight_schemas.catalogue import CODES

ODD: tuple[Any, ...] = (
    0,
    -1,
    2**53 - 1,
    True,
    "",
    " ",
    "x" * 3000,
    "9" * 80,
    "-1",
    "+0012.50",
    "0",
    "\u202e\u2028😀",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59.999999999999Z",
    "2024-02-29T24:00:00Z",
    "urn:tierlight:part:key:x:y",
    [],
    [[]],
    {},
    {"a": {"b": []}},
)
FOOTPRINT = BEIFENG.built(
    "PACK-1", site="GZ", country="CN", fossil="12.50", **{"stage:all": "12.50"}
).document
PROCESS = AURORA.built("LORRY", boundary="gate-to-gate").document


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every member and entry, at any depth."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for name, member in items:
        yield (*path, name)
        if isinstance(member, dict | list):
            yield from places(member, (*path, name))


def with_odd(document: Any, path: tuple[Any, ...], odd: Any) -> Any:
    """The document with one place replaced; missing altogether when `odd` is None."""
    changed = copy.deepcopy(document)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    if odd is None:
        del holder[path[-1]]
    else:
        holder[path[-1]] = odd
    return changed


def outcome(session: Session, settings: Settings, submission: bytes) -> str:
    """What the door says, undone again."""
    with session.begin_nested() as savepoint:
        try:
            return receive(session, None, submission, by="test", settings=settings).status
        except HubError as error:
            return error.code
        finally:
            savepoint.rollback()


@pytest.mark.parametrize(
    ("actor", "document"), [(BEIFENG, FOOTPRINT), (AURORA, PROCESS)], ids=["footprint", "process"]
)
def test_an_odd_value_anywhere_is_judged(members, session, settings, actor, document):
    outcomes = {
        outcome(session, settings, actor.packed_document(with_odd(document, path, odd)))
        for path in places(document)
        for odd in (None, *ODD)
    }
    assert {"stored", "document/schema", "document/decimal", "document/part-mismatch"} <= outcomes
    assert outcomes <= {"stored", *CODES}
