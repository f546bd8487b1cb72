"""What the guided calculator asks, step by step: names of the answers, and how each is given.

Pure. An answer is a text under the name of its question: `net_mass`, `materials.0.mass`. The unit
of a quantity stands beside it under `…_unit`. What is left empty is not known.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Form = Literal[
    "text", "quantity", "number", "percent", "day", "choice", "category", "site", "declaration"
]
Cost = Literal["", "default", "paper", "assumed", "gap", "none"]
"""What stands in for an answer that nobody knows; empty: nothing is lost without it."""

MASSES = ("kilogram", "gram", "jin", "tonne")
FAMILIES = (
    "stamping",
    "die-casting",
    "injection-moulding",
    "machining",
    "forging",
    "wiring",
    "electronics",
    "rubber",
    "coating",
    "heat-treatment",
    "assembly",
    "cell-making",
    "other",
)
UNIT = "_unit"
"""Behind the name of a quantity: the name of its unit."""
MAX_TEXT = 200


@dataclass(frozen=True)
class Question:
    """One thing that is asked."""

    name: str
    form: Form = "text"
    units: tuple[str, ...] = ()
    """Of a quantity; the first is what most people have."""
    options: tuple[str, ...] = ()
    """Of a choice."""
    required: bool = False
    cost: Cost = ""
    longest: int = MAX_TEXT
    is_rare: bool = False
    """Whether most parts have nothing of the kind: it is asked behind a fold."""


@dataclass(frozen=True)
class Step:
    """One screen."""

    name: str
    questions: tuple[Question, ...]
    rows: int = 0
    """How many times the questions are asked, each row under its number; 0: once."""
    once: tuple[Question, ...] = ()
    """Beside the rows: what is asked once."""

    def named(self) -> Iterator[tuple[str, Question]]:
        """Every question with the name of its answer."""
        alone = self.once if self.rows else self.questions
        yield from ((question.name, question) for question in alone)
        for row in range(self.rows):
            for question in self.questions:
                yield row_name(self.name, row, question.name), question


def row_name(step: str, row: int, question: str) -> str:
    """The name of an answer in a row: `materials.0.mass`."""
    return f"{step}.{row}.{question}"


_DECLARED = Question("declared", "declaration")
_VALUE = Question("value", "number", cost="default")
_REFERENCE = Question("reference")

PART = Step(
    "part",
    (
        Question("net_mass", "quantity", MASSES, required=True),
        Question("family", "choice", options=FAMILIES),
    ),
)
PERIOD = Step(
    "period",
    (
        Question("site", "site", required=True),
        Question("period_start", "day", required=True),
        Question("period_last", "day", required=True),
        Question("pieces", "number", required=True),
    ),
)
MATERIALS = Step(
    "materials",
    (
        Question("name", required=True),
        Question("category", "category"),
        Question("mass", "quantity", MASSES, required=True),
        Question("recycled", "percent", cost="default"),
        _DECLARED,
        _VALUE,
        _REFERENCE,
        Question("plants", "percent", is_rare=True),
    ),
    rows=5,
)
SCRAP = Step(
    "scrap",
    (
        Question("material", required=True),
        Question("mass", "quantity", MASSES, required=True),
        Question("fate", "choice", options=("returned", "sold", "disposed"), required=True),
        Question("value", "number", is_rare=True),
    ),
    rows=5,
)
_KWH = ("kilowatt hour", "ten megawatt hours", "megawatt hour")
ENERGY = Step(
    "energy",
    (
        Question("grid", "quantity", _KWH),
        Question("own", "quantity", _KWH, is_rare=True),
        Question("contract", "quantity", _KWH, is_rare=True),
        Question("contract_value", "number", is_rare=True),
        Question("certificate", "quantity", _KWH, is_rare=True),
        Question("certificate_value", "number", is_rare=True),
        Question("serials", longest=5_000, is_rare=True),
        Question("grid_mix", "choice", options=("average", "residual"), is_rare=True),
        Question("natural-gas", "quantity", ("cubic meter",)),
        Question("heat", "quantity", ("gigajoule", "megajoule", "kilowatt hour")),
        Question("diesel", "quantity", ("kilogram", "tonne")),
        Question("lpg", "quantity", ("kilogram", "tonne")),
        Question("raw-coal", "quantity", ("tonne", "kilogram")),
    ),
)
SHARE = Step(
    "share",
    (
        Question(
            "method",
            "choice",
            options=("sub-meter", "machine-hours", "mass", "pieces", "revenue"),
            required=True,
        ),
        Question("share_quantity", "number", cost="gap"),
        Question("share_total", "number", cost="gap"),
    ),
)
ALSO = Step(
    "also",
    (
        Question("name", required=True),
        Question("mass", "quantity", MASSES, required=True),
        Question("price", "number", cost="none"),
    ),
    rows=3,
    once=(Question("own_price", "number"),),
)
BOUGHT = Step(
    "bought",
    (
        Question("name", required=True),
        Question("quantity", "quantity", ("piece", "kilogram", "gram"), required=True),
        Question("mass", "quantity", MASSES, cost="gap"),
        _DECLARED,
        Question("value", "number", cost="gap"),
        _REFERENCE,
    ),
    rows=5,
)
TRANSPORT = Step(
    "transport",
    (
        Question("mode", "choice", options=("road", "rail", "sea", "air")),
        Question("km", "number", cost="assumed"),
    ),
    rows=5,
)
PACKAGING = Step(
    "packaging",
    (
        Question("name", required=True),
        Question("category", "category"),
        Question("mass", "quantity", MASSES, required=True),
        Question("uses", "number"),
    ),
    rows=3,
    once=(Question("left_out", "percent", cost="none"),),
)
BILLS = Step("bills", ())
"""Papers are handed in, not typed: `hub.calculator.bills`."""

STEPS: tuple[Step, ...] = (
    *(PART, PERIOD, MATERIALS, SCRAP, ALSO, ENERGY),
    *(SHARE, BOUGHT, TRANSPORT, PACKAGING, BILLS),
)
BY_NAME: Mapping[str, Step] = {step.name: step for step in STEPS}
RESULT = "result"
QUESTIONS: Mapping[str, Question] = {
    name: question for step in STEPS for name, question in step.named()
}
NAMES = frozenset(QUESTIONS) | {
    f"{name}{UNIT}" for name, question in QUESTIONS.items() if question.units
}
"""Every name that an answer can have."""


def step_of(name: str) -> str:
    """The step that asks for an answer; the first for a name that none has."""
    plain = name.removesuffix(UNIT)
    found = (step.name for step in STEPS if any(plain == each for each, _ in step.named()))
    return next(found, PART.name)
