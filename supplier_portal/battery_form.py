"""The form of a battery's master data: every member of the published document is a field.

A field is named as the member is, with `-` for the steps into it: `serviceLife-usableKwh`,
`materials-0-name`. What is typed stays as it is until the whole can be used.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from hub.kit.problems import unfit_members
from tierlight_schemas.battery.model import BatteryModel

STEP: Final = "-"
MAX_TEXT = 2_000
MAX_ROWS = 200
"""Rows of one list that the form takes: as many as the document may have materials."""
SPARE = 2
"""Empty rows that stand ready below those that are filled."""
LONG: Final = frozenset(
    {"cyclesJustification", "address", "plantAddress", "r1Evidence", "r2Evidence", "description"}
)
"""Members that are sentences."""
NUMBERS: Final = frozenset({"Amount", "Decimal"})


@dataclass(frozen=True)
class Field:
    """One member."""

    name: str
    """Its own name in the document."""
    word: str
    """Key of its label below `battery_field.`: the way to it, without the numbers of rows."""
    choices: tuple[str, ...] = ()
    is_number: bool = False

    @property
    def is_long(self) -> bool:
        """Whether it is a sentence."""
        return self.name in LONG


@dataclass(frozen=True)
class Group:
    """Members that stand together, or the rows of a list of such."""

    name: str
    """Way to it in the document, joined by `STEP`; empty for the members of the battery itself."""
    fields: tuple[Field, ...]
    is_list: bool = False

    @property
    def word(self) -> str:
        """Key of its heading below `battery_group.`."""
        return self.name.replace(STEP, "_") or "battery"

    def names(self, row: int | None = None) -> list[tuple[str, Field]]:
        """The name in the form of each of its fields, of one row where it is a list."""
        way = [self.name] if self.name else []
        way += [] if row is None else [str(row)]
        return [(STEP.join([*way, field.name]), field) for field in self.fields]


def _groups(model: type[BaseModel], way: tuple[str, ...] = ()) -> Iterator[Group]:
    """The members of a document, its own first, then group by group."""
    fields, below = [], []
    for name, info in model.model_fields.items():
        alias, kind, is_list = info.alias or name, *_kind(info)
        if isinstance(kind, type) and issubclass(kind, BaseModel) and kind.__name__ != "Amount":
            below.append((alias, kind, is_list))
        else:
            word = "_".join([*way, alias])
            fields.append(Field(alias, word, _choices(kind), _is_number(kind)))
    name = STEP.join(way)
    yield Group(name, tuple(fields))
    for alias, kind, is_list in below:
        if is_list:
            (rows,) = _groups(kind, (*way, alias))
            yield Group(rows.name, rows.fields, is_list=True)
        else:
            yield from _groups(kind, (*way, alias))


def _kind(info: FieldInfo) -> tuple[Any, bool]:
    """What a member is, and whether it is a list of that."""
    kind = _plain(info.annotation)
    if get_origin(kind) is list:
        return _plain(get_args(kind)[0]), True
    return kind, False


def _plain(kind: Any) -> Any:
    """Without `| None` and without what is only annotated."""
    while True:
        origin = get_origin(kind)
        if origin is Annotated:
            kind = get_args(kind)[0]
        elif origin in (Union, UnionType):
            kind = next(each for each in get_args(kind) if each is not type(None))
        else:
            return kind


def _choices(kind: Any) -> tuple[str, ...]:
    return get_args(kind) if get_origin(kind) is Literal else ()


def _is_number(kind: Any) -> bool:
    return getattr(kind, "__name__", "") in NUMBERS


GROUPS: Final = tuple(_groups(BatteryModel))
LISTS: Final = {group.name: group for group in GROUPS if group.is_list}


Typed = dict[str, str]
"""What stands in the form, by the names of its fields; what is empty is absent."""


def typed_of(form: Mapping[str, Any]) -> Typed:
    """The fields of this form, out of whatever was sent."""
    return {
        name: text.strip()[:MAX_TEXT]
        for name, text in form.items()
        if isinstance(text, str) and text.strip() and _is_ours(name)
    }


def _is_ours(name: str) -> bool:
    way, _, member = name.rpartition(STEP)
    group, _, row = way.rpartition(STEP)
    if row.isascii() and row.isdigit() and len(row) < 4:
        held = LISTS.get(group)
        return held is not None and int(row) < MAX_ROWS and _has(held, member)
    return any(not each.is_list and each.name == way and _has(each, member) for each in GROUPS)


def _has(group: Group, member: str) -> bool:
    return any(field.name == member for field in group.fields)


def written(model: BatteryModel) -> Typed:
    """A document as it stands in the form."""
    return dict(_written(model.document(), ()))


def _written(document: Any, way: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(document, Mapping):
        for name, value in document.items():
            yield from _written(value, (*way, name))
    elif isinstance(document, Sequence) and not isinstance(document, str):
        for row, value in enumerate(document):
            yield from _written(value, (*way, str(row)))
    else:
        yield STEP.join(way), str(document)


def rows(typed: Typed, group: Group, spare: int = SPARE) -> list[int]:
    """The rows of a list to show: up to the last that has anything, and some empty ones."""
    last = max(_filled(typed, group), default=-1)
    return [*range(min(last + 1 + spare, MAX_ROWS))]


def _filled(typed: Typed, group: Group) -> set[int]:
    begin = group.name + STEP
    return {
        int(name.removeprefix(begin).split(STEP)[0]) for name in typed if name.startswith(begin)
    }


def read(typed: Typed) -> tuple[BatteryModel | None, dict[str, str]]:
    """The document of a form; or None, and by field what is wrong with it (a Pydantic type)."""
    document, places = _document(typed)
    try:
        return BatteryModel.model_validate(document), {}
    except ValidationError as error:
        return None, _wrong([dict(found) for found in error.errors()], places)


def _document(typed: Typed) -> tuple[dict[str, Any], Mapping[tuple[str, int], int]]:
    """The members that have a value; rows without any are left out, so that rows move up. With
    the row of the form that each row of the document was."""
    document: dict[str, Any] = {}
    places: dict[tuple[str, int], int] = {}
    for group in GROUPS:
        if group.is_list:
            found = sorted(_filled(typed, group))
            places |= {(group.name, place): row for place, row in enumerate(found)}
            held: Any = [_members(typed, group.names(row)) for row in found]
        else:
            held = _members(typed, group.names())
        if held:
            _put(document, group.name, held)
    return document, places


def _members(typed: Typed, names: list[tuple[str, Field]]) -> dict[str, str]:
    return {field.name: typed[name] for name, field in names if name in typed}


def _put(document: dict[str, Any], name: str, held: Any) -> None:
    if not name:
        document.update(held)
        return
    *way, last = name.split(STEP)
    for step in way:
        document = document.setdefault(step, {})
    document[last] = held


def _wrong(errors: list[dict[str, Any]], places: Mapping[tuple[str, int], int]) -> dict[str, str]:
    """What is wrong by field; of several things the first."""
    found: dict[str, str] = {}
    for error, detail in zip(errors, unfit_members(errors), strict=True):
        found.setdefault(_field_at(error["loc"], places), detail["problem"])
    return found


def _field_at(location: Sequence[Any], places: Mapping[tuple[str, int], int]) -> str:
    steps: list[str] = []
    for step in location:
        if isinstance(step, int):
            step = places.get((STEP.join(steps), step), step)
        steps.append(str(step))
    return STEP.join(steps)


@dataclass(frozen=True)
class Place:
    """Where a field stands: its group, its row of a list, and the word of its label."""

    group: str
    row: int | None
    field: str


def places(names: Sequence[str]) -> dict[str, Place]:
    """Where each of these fields stands; what is no field of the form is absent."""
    found = {name: _place(name) for name in names}
    return {name: place for name, place in found.items() if place is not None}


def _place(name: str) -> Place | None:
    way, _, member = name.rpartition(STEP)
    listed, _, row = way.rpartition(STEP)
    is_row = listed in LISTS and row.isdigit()
    group = LISTS[listed] if is_row else next((g for g in GROUPS if g.name == way), None)
    field = next((each for each in group.fields if each.name == member), None) if group else None
    if group is None or field is None:
        return None
    return Place(group.word, int(row) if is_row else None, field.word)
