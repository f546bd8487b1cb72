"""What a communication lacks, or what in a report cannot be: by field, with the remedy."""

from collections.abc import Mapping
from dataclasses import dataclass

from tierlight_schemas.messages import Message, render


@dataclass(frozen=True)
class Gap:
    """One field; the words are those of `code` and `case`."""

    code: str
    field: str
    """Path in the report, such as `processes[0].tonnes`."""
    case: str = ""
    blocks: bool = True
    """Whether there is no communication while it stands; else the field is left empty."""
    details: tuple[tuple[str, str], ...] = ()
    """What the words tell besides, by placeholder."""

    def words(self, lang: str) -> Message:
        """What is the matter, and what to do."""
        return render(self.code, self.params, lang)

    @property
    def params(self) -> Mapping[str, str]:
        """The placeholders of its words."""
        case = {"case": self.case} if self.case else {}
        return {"field": self.field, **case, **dict(self.details)}


def missing(field: str, case: str, *, blocks: bool = True) -> Gap:
    """A field that is not stated; `case` says which kind of field it is."""
    return Gap("cbam/missing", field, case, blocks)


def wrong(code: str, field: str, **details: str) -> Gap:
    """What is stated cannot be."""
    return Gap(f"cbam/{code}", field, details=tuple(details.items()))
