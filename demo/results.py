"""The buyers' side: roll up the lorry and the pack, show them, and write what the hub answered."""

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from demo import report
from demo.cast import Member
from demo.showing import paragraph
from demo.words import Words
from tierlight.client import Client

AS_OF = date(2026, 6, 30)
"""Fixed, so that the same tables give the same numbers on any day."""
DEPTH = 6
"""Levels of the tree that are read: deep enough for all that is made in-house."""
FAULTS = ("tier/pass-through-loss", "tier/mass-imbalance", "tier/beyond-gate")
"""What is wrong with a bill of materials itself, whoever answers or does not."""
LATER_STAGES = ("use", "maintenance", "end-of-life")
"""Of lines beyond the gate, those that have no place in a bill of materials at all."""

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Root:
    """A part to roll up, and who asks."""

    company: str
    part: str
    """Its name."""
    title: str
    file: str


LORRY = Root("NHL", "lorry production, battery electric, 40 metric ton", "vehicle", "lorry")
PACK = Root("YHB", "market for battery capacity, Li-ion, NMC622", "pack", "pack")
NMC532 = Root("YHB", "market for battery capacity, Li-ion, NMC532", "pack", "pack-nmc532")
OTHERS = (
    Root("DTE", "market for battery capacity, Li-ion, LFP", "pack", "pack-lfp"),
    Root("LHE", "battery management system production, for Li-ion battery", "pack", "bms"),
    Root("LEH", "power electronics, for lorry", "pack", "power-electronics"),
    Root("JBF", "copper collector foil, for Li-ion battery", "pack", "copper-foil"),
    Root("JBF", "aluminium collector foil, for Li-ion battery", "pack", "aluminium-foil"),
    Root("MGS", "battery separator", "pack", "separator"),
    Root("SCK", "battery cell production, Li-ion, LFP", "pack", "cell-lfp"),
)
"""Whose own view shows more faults of the published data."""


class Desk:
    """The machines that ask, one a company."""

    def __init__(self, url: str, members: Sequence[Member], lang: str, stack: ExitStack) -> None:
        self.names = {member.code: member.name for member in members}
        self.clients = {
            member.code: stack.enter_context(
                Client(
                    url,
                    member.client_id,
                    member.client_secret,
                    language=lang,
                    allow_http=True,
                )
            )
            for member in members
        }

    def part_id(self, root: Root) -> str:
        """The hub's id of a root."""
        for part in self.clients[root.company].parts():
            if part.name == root.part:
                return part.id
        raise LookupError(f"{root.company} has no part {root.part!r}")


def show_results(words: Words, folder: Path, url: str, members: Sequence[Member]) -> None:
    """Everything that is printed between the suppliers' work and the verification."""
    results = folder / "results"
    results.mkdir()
    with ExitStack() as stack:
        desk = Desk(url, members, words.lang, stack)
        lorry = _show(words, desk, LORRY, results)
        print(report.findings(words, words("findings", count=_count(lorry)), lorry["findings"]))
        pack = _show(words, desk, PACK, results)
        print(report.findings(words, words("findings", count=_count(pack)), pack["findings"]))
        _published(words, desk, lorry, results)


def _count(footprint: Json) -> int:
    return report.how_many(footprint["findings"])


def _show(words: Words, desk: Desk, root: Root, results: Path) -> Json:
    """Roll up one root, print it, write it."""
    client, part = desk.clients[root.company], desk.part_id(root)
    footprint = client.footprint(part, as_of=AS_OF).document
    tree = client.tree(part, depth=DEPTH)
    _write(results / f"{root.file}-footprint.json", footprint)
    _write(results / f"{root.file}-tree.json", tree)
    title = words(root.title, name=root.part)
    print(report.result(words, title, desk.names[root.company], footprint, tree))
    gaps = footprint["coverage"]["gaps_without_estimate"]
    if footprint["coverage"]["carbon"] is None and gaps:
        print(paragraph(words("gaps", count=words.number(str(gaps)))))
    return footprint


def _published(words: Words, desk: Desk, lorry: Json, results: Path) -> None:
    """What is wrong with the data, each fault as the owner of the part sees it."""
    seen: dict[tuple[str, str, str], Json] = {}
    for root in (LORRY, NMC532, PACK, *OTHERS):
        found = desk.clients[root.company].findings(desk.part_id(root), as_of=AS_OF)
        for finding in found:
            if is_fault(finding):
                seen.setdefault((finding["code"], root.company, finding["text"]), finding)
    ranked = sorted(seen.values(), key=lambda finding: FAULTS.index(finding["code"]))
    _write(results / "published-data-faults.json", ranked)
    print(report.faults(words("published"), ranked))
    _remarks(words, desk)


def is_fault(finding: Json) -> bool:
    """Whether a finding is about the asker's own table, and not about who answered."""
    if finding["code"] not in FAULTS or finding["subject"].get("type") == "supplier-data":
        return False
    stage = finding["evidence"].get("stage")
    return finding["code"] != "tier/beyond-gate" or stage in LATER_STAGES


def _remarks(words: Words, desk: Desk) -> None:
    """What no rule judges yet, read off the numbers."""
    root = Root("RWI", "frame, blanks and saddle, for lorry", "pack", "frame")
    frame = desk.clients["RWI"].footprint(desk.part_id(root), as_of=AS_OF).document
    lorry = desk.clients["NHL"].tree(desk.part_id(LORRY), depth=1)
    used = next(b["node"] for b in lorry["children"] if b["node"]["part"]["name"] == root.part)
    for item in frame["contributions"]:
        if item["name"] == "market for reinforcing steel":
            frames = Decimal(used["quantity"])
            mass, value = (Decimal(item[name]) * frames for name in ("quantity", "value"))
            told = words("steel", mass=words.number(mass), value=words.number(value))
            print(paragraph(told, "  ", "• "))
    print(paragraph(words("mass"), "  ", "• "))


def _write(path: Path, document: Any) -> None:
    text = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
