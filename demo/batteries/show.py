"""What the demo does with the two batteries, and prints of it."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from demo import cast
from demo.at_work import ROOT, Place, at_work
from demo.batteries import chain, tables
from demo.batteries.desk import Desk
from demo.batteries.filing import LANGUAGES, Filed, file_all
from demo.results import AS_OF
from demo.showing import heading, paragraph, table
from demo.words import Words
from tierlight.client import Client
from tierlight.errors import HubRefused
from tierlight_schemas.battery.rulesets import ANNEX_II, RULESETS, Stage

PURPOSE = "declaration of a battery by Art. 7"
WITHHELD = "LXM"
"""Three tiers below the battery."""
BUYER, SOLD = "ACK", "ACK-100"
"""Who buys of it, and the part that its material goes into."""
SILENT = "LXM-100"
PLACES = 4
SHOWN_GAPS = 4
"""Of a refusal: a list without end tells less."""


def show_batteries(words: Words, folder: Path, url: str) -> None:
    """From the companies to the filed sets, everything under `folder`."""
    rows = chain.companies()
    members = {member.code: member for member in cast.register(rows)}
    tables.write(folder)
    place = Place(chain.BATTERIES / "companies.csv", folder, PURPOSE)
    told = at_work(place, folder, url, words.lang, list(members.values()))
    _say(heading(words("battery.title")))
    _say(paragraph(words("battery.cast", companies=len(rows))))
    _say(_item(words("battery.declared", **told)))
    with ExitStack() as stack:
        desks = [_desks(stack, url, pack, members[pack.maker]) for pack in chain.PACKS]
        models = [each["en"].enter(folder / "companies" / each["en"].pack.maker) for each in desks]
        supplier = members[WITHHELD].name
        _refused(words, desks[0][words.lang], models[0], supplier)
        _seen_below(words, stack, url, members[BUYER])
        later = at_work(place, folder, url, words.lang, list(members.values()), later=tables.LATER)
        _say(_item(words("battery.later", supplier=supplier, stored=later["stored"])))
        sets = [file_all(each, folder / model) for each, model in zip(desks, models, strict=True)]
        _say(_table(words, desks, models, sets))
        for model, filed in zip(models, sets, strict=True):
            _say(_filed(words, model, filed, folder / model))
    _say(_item(words("battery.rulesets")))


def _desks(stack: ExitStack, url: str, pack: chain.Pack, member: cast.Member) -> Mapping[str, Desk]:
    """The officer's desk in every language."""
    site = next(row["site"] for row in chain.companies() if row["code"] == pack.maker)
    clients = {lang: _client(stack, url, member, lang) for lang in LANGUAGES}
    return {lang: Desk(client, pack, site) for lang, client in clients.items()}


def _client(stack: ExitStack, url: str, member: cast.Member, lang: str) -> Client:
    client = Client(url, member.client_id, member.client_secret, language=lang, allow_http=True)
    return stack.enter_context(client)


def _seen_below(words: Words, stack: ExitStack, url: str, member: cast.Member) -> None:
    """Who is missing is told to its own customer alone."""
    client = _client(stack, url, member, words.lang)
    sold = next(part for part in client.parts() if part.number == SOLD)
    found = client.findings(sold.id, as_of=AS_OF)
    seen = next(each for each in found if each["subject"].get("supplier_part") == SILENT)
    _say(_item(words("battery.seen", company=member.name, text=seen["text"])))


def _refused(words: Words, desk: Desk, model: str, supplier: str) -> None:
    """Ask for the declaration while a tier is silent, and print why there is none."""
    try:
        desk.file("art7")
    except HubRefused as refused:
        told = words("battery.refused", model=model, supplier=supplier, message=refused.message)
        _say(_item(told))
        by_part = [row for row in refused.details if row.get("part")]
        for row in by_part[:SHOWN_GAPS]:
            _say(paragraph(row["message"], "    "))
            _say(paragraph(row["remedy"], "    ", "  → "))
        return
    raise RuntimeError(f"{model} was declared without {supplier}")


def _table(
    words: Words, desks: Sequence[Mapping[str, Desk]], models: Sequence[str], sets: Sequence[Any]
) -> str:
    """Stages and total of each battery by each ruleset, and how its files fared."""
    names = ("model", "ruleset", *(stage.value for stage in Stage), "total", "checks")
    rows = [
        _row(words, model, ruleset, desk["en"].footprint(ruleset), filed)
        for model, desk, filed in zip(models, desks, sets, strict=True)
        for ruleset in RULESETS
    ]
    header = [words(f"column.{name}") for name in names]
    return "\n".join(["", paragraph(words("battery.table")), table(header, rows, "llrrrrrr"), ""])


def _row(
    words: Words, model: str, ruleset: str, footprint: Any, filed: Sequence[Filed]
) -> list[str]:
    stages = [words.number(stage["per_kwh"], PLACES) for stage in footprint["stages"]]
    total = footprint["per_kwh"] and footprint["per_kwh"]["value"]
    is_first = ruleset == ANNEX_II.id
    checks = _passed(words, filed) if is_first else ""
    return [model if is_first else "", ruleset, *stages, words.number(total, PLACES), checks]


def _passed(words: Words, filed: Sequence[Filed]) -> str:
    verdicts = [found for each in filed for found in (each.verdicts or {}).values()]
    failed = sum(bool(complaints) for complaints in verdicts)
    return words("battery.failed", failed=failed) if failed else words("battery.passed")


def _filed(words: Words, model: str, filed: Sequence[Filed], folder: Path) -> str:
    """How many files there are, and everything that is wrong with any."""
    written = [each for each in filed if each.verdicts is not None]
    counts = {
        "files": len(written),
        "formats": len({each.format for each in written}),
        "checks": sum(len(each.verdicts or {}) for each in written),
    }
    shown = folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder
    lines = [_item(words("battery.filed", model=model, folder=shown, **counts))]
    for each in filed:
        if each.refusal:
            told = words("battery.open", model=model, format=each.format, reason=each.refusal)
            lines.append(paragraph(told, "    "))
        for judge, complaints in (each.verdicts or {}).items():
            for complaint in complaints:
                told = words("battery.complaint", file=each.name, judge=judge, complaint=complaint)
                lines.append(paragraph(told, "    "))
    return "\n".join(lines)


def _item(text: str) -> str:
    return paragraph(text, "  ", "• ")


def _say(text: str) -> None:
    print(text, flush=True)
