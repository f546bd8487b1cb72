"""What a declaration lacks, clause by clause, as a page tells it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.disclosure.reader import Labels
from hub.exports.battery.checklist import Clause, Step
from tierlight_schemas.battery.components import Component
from tierlight_schemas.battery.words import name_of, telling


@dataclass(frozen=True)
class ToldGap:
    """One gap in the reader's words, and the step that closes it."""

    told: Mapping[str, str]
    step: Step


@dataclass(frozen=True)
class ToldClause:
    """One clause with what it lacks."""

    name: str
    gaps: Sequence[ToldGap]

    @property
    def word(self) -> str:
        """Key of what it asks for, below `battery_clause.`; a draft's clauses have none."""
        return "".join(each for each in self.name.lower() if each.isalnum())


def told_clauses(clauses: Sequence[Clause], names: Labels, lang: str) -> list[ToldClause]:
    """Clauses with the words of their gaps, and the names of suppliers that the reader deals
    with."""
    return [
        ToldClause(
            clause.name,
            [
                ToldGap(telling(gap, lang, names.of(gap.owner) or gap.supplier), step)
                for gap, step in clause.gaps
            ],
        )
        for clause in clauses
    ]


def component_names(lang: str) -> dict[str, str]:
    """What each class of parts is called."""
    return {each.value: name_of("component", each.value, lang) for each in Component}
