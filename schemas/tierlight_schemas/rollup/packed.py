"""A network as a document and back: what a roll-up statement is computed again from.

    solve(unpack(pack(network))) gives the accounts of solve(network)

Numbers keep all their digits. Names, suppliers and places of lines are left out: no sum needs them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

from tierlight_schemas.rollup.account import Account, Cell, Coverage
from tierlight_schemas.rollup.closing import closed_account
from tierlight_schemas.rollup.inputs import closed_origin
from tierlight_schemas.rollup.model import (
    EXCLUDING,
    ONE,
    ZERO,
    Band,
    Input,
    Kind,
    Known,
    Leg,
    Line,
    Network,
    PartNode,
    Quality,
    Resolution,
    Source,
    Value,
)
from tierlight_schemas.rollup.reference import Solution
from tierlight_schemas.rollup.resolve import outbound_per_unit

ROOT = "0"
Packed = list[dict[str, Any]]
_CELLS = ("lines", "mass", "carbon", "gaps", "unestimable")
_RATINGS = tuple(field.name for field in fields(Quality) if field.name != "prospective")


def exact(value: Decimal) -> str:
    """All digits in plain notation, one spelling for each value."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def pack(solution: Solution, root: str) -> Packed:
    """The parts that the root's owner may see, the root first; suppliers' parts closed."""
    return _Packing(solution, root).parts


def unpack(parts: Sequence[Mapping[str, Any]]) -> Network:
    """The network of packed parts of the right form; its root is `ROOT`."""
    return Network({str(place): _part(str(place), item) for place, item in enumerate(parts)})


class _Packing:
    """Numbers parts and owners as they are met, from the root down."""

    def __init__(self, solution: Solution, root: str) -> None:
        self._solution = solution
        self._places: dict[str, str] = {}
        self._waiting: list[str] = []
        self._owner = solution.network.nodes[root].owner
        self._owners = {self._owner: "0"}
        self._place(root)
        self.parts: Packed = []
        while len(self.parts) < len(self._waiting):
            self.parts.append(self._part(self._waiting[len(self.parts)]))

    def _place(self, name: str) -> str:
        if name not in self._places:
            self._places[name] = str(len(self._places))
            self._waiting.append(name)
        return self._places[name]

    def _part(self, name: str) -> dict[str, Any]:
        node = self._solution.network.nodes[name]
        owner = self._owners.setdefault(node.owner, str(len(self._owners)))
        packed = {
            "owner": owner,
            "kind": node.kind.value,
            "baseUnit": node.base_unit,
            **_numbers(netMassKg=node.net_mass_kg),
        }
        is_open = node.owner == self._owner
        return packed | dict(self._open(node) if is_open else self._closed(node))

    def _closed(self, node: PartNode) -> Iterator[tuple[str, Any]]:
        """A part that no sum takes in is only what its unit and mass are."""
        name = node.id
        if name not in self._solution.accounts:
            return
        account = closed_account(self._solution, name)
        value = _closed_value(self._solution, self._solution.resolutions[name], account)
        if value is not None:
            yield "declared", _packed_value(value)
        yield "revision", closed_origin(self._solution, name)
        yield "account", packed_account(account)

    def _open(self, node: PartNode) -> Iterator[tuple[str, Any]]:
        for name in ("declared", "own", "default", "gas"):
            value: Value | None = getattr(node, name)
            if value is not None:
                yield name, _packed_value(value) | self._inputs(value)
        if node.lines:
            yield "lines", [self._line(line) for line in node.lines]
        if node.sources:
            yield "sources", [self._source(source) for source in node.sources]
        if node.band is not None:
            band = node.band
            numbers = _numbers(low=band.low, median=band.median)
            yield "band", {"category": band.category, "unit": band.unit, **numbers}
        if node.revision:
            yield "revision", node.revision

    def _inputs(self, value: Value) -> dict[str, Any]:
        if not self._solution.policy.deep:
            return {}
        rows = [
            {
                "part": self._place(item.node),
                "unit": item.unit,
                **_numbers(quantity=item.quantity, valueUsed=item.value_used),
                **_unless(ONE, allocation=item.allocation),
            }
            for item in value.inputs
            if item.node is not None and item.node in self._solution.network.nodes
        ]
        return {"inputs": rows} if rows else {}

    def _line(self, line: Line) -> dict[str, Any]:
        ones = {
            "referenceAmount": line.reference_amount,
            "processYield": line.process_yield,
            "allocation": line.allocation,
        }
        return {
            "part": self._place(line.child),
            "unit": line.unit,
            **_numbers(quantity=line.quantity, takeRate=line.take_rate),
            **_unless(ONE, **ones),
            **_unless(ZERO, scrap=line.scrap),
            **_texts(stage=line.stage, group=line.group),
        }

    def _source(self, source: Source) -> dict[str, Any]:
        packed: dict[str, Any] = {"share": exact(source.share)}
        if source.node is not None and source.node in self._solution.network.nodes:
            packed["part"] = self._place(source.node)
        if source.leg is not None:
            packed["leg"] = {"paidBy": source.leg.paid_by, "onRecord": source.leg.on_record}
        return packed


def _closed_value(solution: Solution, resolution: Resolution, account: Account) -> Value | None:
    """How a closed part is known and what its way out costs; the account holds the rest."""
    node = resolution.node
    if EXCLUDING not in account.columns:
        return None
    outbound = outbound_per_unit(node, solution.policy)
    columns = {EXCLUDING: account.total}
    return Value(columns, ONE, node.base_unit, resolution.known, outbound=outbound)


def _packed_value(value: Value) -> dict[str, Any]:
    ratings = {_camel(name): getattr(value.quality, name) for name in _RATINGS}
    quality: dict[str, Any] = dict(_numbers(**ratings))
    if value.quality.prospective:
        quality["prospective"] = True
    return {
        "columns": _exact_texts(value.columns),
        "amount": exact(value.amount),
        "unit": value.unit,
        "known": value.known.value,
        **_texts(reference=value.reference, verification=value.verification),
        **_numbers(massKg=value.mass_kg, outbound=value.outbound),
        **({"quality": quality} if quality else {}),
    }


def packed_account(account: Account) -> dict[str, Any]:
    """The account of a part whose cells all belong to its own tier."""
    cells = {
        name: {known.value: exact(v) for (_, known), v in getattr(account.coverage, name).items()}
        for name in _CELLS
    }
    return {
        "columns": _exact_texts(account.columns),
        "stated": _exact_texts(account.stated),
        **cells,
        "quality": _exact_texts(account.quality),
        **_numbers(
            negativeGaps=account.coverage.negative_gaps,
            withoutUptake=account.without_uptake,
            weight=account.weight,
            prospective=account.prospective,
        ),
    }


def _part(place: str, item: Mapping[str, Any]) -> PartNode:
    band = item.get("band")
    account = item.get("account")
    return PartNode(
        id=place,
        number=place,
        name="",
        owner=item["owner"],
        kind=Kind(item["kind"]),
        base_unit=item["baseUnit"],
        net_mass_kg=_decimal(item.get("netMassKg")),
        declared=_value(item.get("declared")),
        own=_value(item.get("own")),
        default=_value(item.get("default")),
        gas=_value(item.get("gas")),
        lines=tuple(_line(position, row) for position, row in enumerate(item.get("lines", ()))),
        sources=tuple(_source(row) for row in item.get("sources", ())),
        band=None if band is None else _band(band),
        revision=item.get("revision", ""),
        closed=None if account is None else _account(account),
    )


def _value(item: Mapping[str, Any] | None) -> Value | None:
    if item is None:
        return None
    quality = item.get("quality", {})
    ratings = {name: _decimal(quality.get(_camel(name))) for name in _RATINGS}
    return Value(
        _decimals(item["columns"]),
        Decimal(item["amount"]),
        item["unit"],
        Known(item["known"]),
        item.get("reference", ""),
        _decimal(item.get("massKg")),
        Quality(**ratings, prospective=quality.get("prospective", False)),
        _decimal(item.get("outbound")),
        tuple(_input(row) for row in item.get("inputs", ())),
        verification=item.get("verification", ""),
    )


def _input(row: Mapping[str, Any]) -> Input:
    return Input(
        row["part"],
        Decimal(row["quantity"]),
        row["unit"],
        Decimal(row["valueUsed"]),
        Decimal(row.get("allocation", "1")),
    )


def _line(position: int, row: Mapping[str, Any]) -> Line:
    return Line(
        child=row["part"],
        quantity=Decimal(row["quantity"]),
        unit=row["unit"],
        reference_amount=Decimal(row.get("referenceAmount", "1")),
        scrap=Decimal(row.get("scrap", "0")),
        process_yield=Decimal(row.get("processYield", "1")),
        allocation=Decimal(row.get("allocation", "1")),
        stage=row.get("stage"),
        group=row.get("group"),
        take_rate=_decimal(row.get("takeRate")),
        position=position,
    )


def _source(row: Mapping[str, Any]) -> Source:
    leg = row.get("leg")
    way = None if leg is None else Leg(leg["paidBy"], leg["onRecord"])
    return Source(Decimal(row["share"]), "", "", row.get("part"), leg=way)


def _band(band: Mapping[str, str]) -> Band:
    return Band(band["category"], band["unit"], Decimal(band["low"]), Decimal(band["median"]))


def _account(item: Mapping[str, Any]) -> Account:
    cells: dict[str, dict[Cell, Decimal]] = {
        name: {(0, Known(known)): Decimal(text) for known, text in item[name].items()}
        for name in _CELLS
    }
    return Account(
        _decimals(item["columns"]),
        _decimals(item["stated"]),
        Coverage(**cells, negative_gaps=Decimal(item["negativeGaps"])),
        Decimal(item["withoutUptake"]),
        Decimal(item["weight"]),
        _decimals(item["quality"]),
        Decimal(item["prospective"]),
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _decimals(texts: Mapping[str, str]) -> dict[str, Decimal]:
    return {name: Decimal(text) for name, text in texts.items()}


def _exact_texts(values: Mapping[str, Decimal]) -> dict[str, str]:
    return {name: exact(value) for name, value in values.items()}


def _numbers(**values: Decimal | None) -> dict[str, str]:
    return {name: exact(value) for name, value in values.items() if value is not None}


def _unless(usual: Decimal, **values: Decimal) -> dict[str, str]:
    return {name: exact(value) for name, value in values.items() if value != usual}


def _texts(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


__all__ = ["ROOT", "Packed", "exact", "pack", "packed_account", "unpack"]
