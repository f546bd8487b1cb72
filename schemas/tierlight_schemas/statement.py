"""A roll-up statement: a result that the hub signed, with everything to compute it again.

`RollUpStatement` is the payload of the JWS. Its `result` follows from the network annex alone:
`recompute(annex bytes, …)` gives the same bytes on every machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from tierlight_schemas.amounts import Amount
from tierlight_schemas.canonical import canonical, canonical_or_refused
from tierlight_schemas.declaration import Credential, PartUrn
from tierlight_schemas.errors import StatementError
from tierlight_schemas.extension import Digest, OwnModel
from tierlight_schemas.footprint import DateTime, Flag
from tierlight_schemas.network_annex import NETWORK_TYPE, NetworkAnnex, Unit
from tierlight_schemas.rollup import result
from tierlight_schemas.rollup.account import Account
from tierlight_schemas.rollup.explain import known_as
from tierlight_schemas.rollup.inputs import used
from tierlight_schemas.rollup.model import ENGINE, RULESET, Known, Policy
from tierlight_schemas.rollup.packed import ROOT, Packed, exact, pack, unpack
from tierlight_schemas.rollup.reference import Solution, solve

STATEMENT_KIND = "RollUpStatement"
MAX_ANNEX_BYTES = 64_000_000
#: Coverage by tier: the reader's own parts, and what it buys.
OWN_TIER, BOUGHT_TIER = 0, 1

Count = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]*)$", max_length=20)]
Amounts = dict[str, Amount]


class StatedPolicy(OwnModel):
    """What the reader accepts in place of what is not known."""

    use_defaults: Flag = Field(description="Whether factors stand in for what is not declared.")
    use_expired: Flag = Field(description="Whether expired declarations count.")
    least_coverage: Amount = Field(
        description="Carbon coverage below which a factor replaces a build-up, 0 to 1."
    )


class StatedInputs(OwnModel):
    """The list of declarations, factors and records used; it stands in the annex."""

    count: Count = Field(description="How many there are.")
    digest: Digest = Field(description="SHA-256 of the sorted list, a line each.")


class StatedNetwork(OwnModel):
    """The annex that the result is computed from."""

    digest: Digest = Field(description="SHA-256 of the annex's canonical JSON.")
    parts: Count = Field(description="How many parts it has.")


class StatedTotal(OwnModel):
    """kgCO2e per base unit of the root; the known part of it, see `words`."""

    excluding_uptake: Amount | None = Field(default=None, description="Absent: nothing is known.")
    including_uptake: Amount | None = Field(
        default=None, description="Absent unless every contributor states it."
    )
    unit: Literal["kgCO2e"] = Field(description="Of both totals and all columns of emissions.")


class StatedWords(OwnModel):
    """How the total is to be said; the words stand in the message catalogues."""

    code: str = Field(pattern=r"^total/[a-z-]+$", description="E.g. `total/at-least`.")
    params: dict[str, str] = Field(description="What the words are filled with.")


class StatedTier(OwnModel):
    """Coverage of the reader's own parts (`0`) or of what it buys (`1`)."""

    tier: Count = Field(description="Sourcing links crossed.")
    lines: Amount | None = Field(default=None, description="Share of lines with a value.")
    mass: Amount | None = Field(default=None, description="Share of kg with a value.")
    carbon: Amount | None = Field(default=None, description="Share of kgCO2e that is known.")
    mass_kg: Amount | None = Field(default=None, description="kg at this tier.")
    value: Amount | None = Field(default=None, description="|kgCO2e| at this tier.")


class StatedCoverage(OwnModel):
    """How much is known."""

    lines: Amount | None = Field(default=None, description="Share of lines with a value.")
    mass: Amount | None = Field(default=None, description="Share of kg with a value.")
    carbon: Amount | None = Field(
        default=None, description="Known share of the estimated total; absent: not estimable."
    )
    default_share: Amount | None = Field(default=None, description="Share of average values.")
    gaps_without_estimate: Count = Field(description="Gaps that no band can estimate.")
    estimated_gaps: Amount | None = Field(default=None, description="kgCO2e of the others.")
    by_tier: list[StatedTier] = Field(description="The same by tier.")


class StatedKind(OwnModel):
    """What is known in one way."""

    lines: Amount = Field(description="Lines of the expansion.")
    mass_kg: Amount = Field(description="kg.")
    value: Amount = Field(description="|kgCO2e|.")


class StatedQuality(OwnModel):
    """Data quality, weighed by absolute contributions."""

    known_part: Amounts = Field(description="Over what is known.")
    estimated_total: Amounts = Field(description="With gaps as the worst.")
    time_basis: Literal["retrospective", "prospective", "mixed"] = Field(
        description="Measured or planned."
    )
    prospective_share: Amount | None = Field(default=None, description="Share of what is planned.")


class RollUpResult(OwnModel):
    """What was computed; amounts have 15 significant digits."""

    known: Known = Field(description="How the root itself is known.")
    total: StatedTotal = Field(description="The totals.")
    words: StatedWords = Field(description="The sentence that goes with the total.")
    columns: Amounts = Field(description="Every column; what nobody states is absent.")
    columns_stated: Amounts = Field(description="By column: the share of kgCO2e that states it.")
    coverage: StatedCoverage = Field(description="What share of it is known.")
    kinds: dict[Known, StatedKind] = Field(description="By how it is known.")
    quality: StatedQuality = Field(description="Data quality.")


class RollUpSubject(OwnModel):
    """A part, the question, what was used, and the result."""

    id: PartUrn = Field(description="The part: urn:tierlight:part:company:<owner>:<number>.")
    name: str = Field(max_length=500, description="The part's name.")
    base_unit: Unit = Field(description="What the result is per one of.")
    log: str = Field(max_length=500, description="Name of the hub's log that records this.")
    as_of: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="Day the result is for.")
    known_at: DateTime = Field(description="Instant whose knowledge was used.")
    basis: Literal["declared", "deep"] = Field(description="`declared` may be reported.")
    ruleset: str = Field(max_length=100, description="Name and version of the rules.")
    engine: str = Field(max_length=100, description="Name and version of the arithmetic.")
    version: str = Field(max_length=100, description="Version of the hub that computed it.")
    policy: StatedPolicy = Field(description="What stands in for what is not known.")
    inputs: StatedInputs = Field(description="What was used.")
    input_digest: Digest = Field(
        description="The hub's digest over all it used, deeper tiers too; as in its answers."
    )
    network: StatedNetwork = Field(description="The annex to compute it from.")
    result: RollUpResult = Field(description="What was computed.")


class RollUpStatement(Credential):
    """The hub's signed word on what follows from the declarations it holds."""

    type: tuple[Literal["VerifiableCredential"], Literal["RollUpStatement"]] = Field(
        description="What kind of credential this is."
    )
    credential_subject: RollUpSubject = Field(description="What was computed.")


@dataclass(frozen=True)
class Recomputed:
    """A result computed from an annex."""

    annex: NetworkAnnex
    solution: Solution
    inputs: tuple[str, ...]
    result: dict[str, Any]

    @property
    def base_unit(self) -> str:
        """Base unit of the root."""
        return self.solution.network.nodes[ROOT].base_unit


def network_annex(solution: Solution, root: str) -> bytes:
    """The canonical bytes of the annex of one root of a solved network."""
    parts = pack(solution, root)
    inputs = _inputs(_solved(parts, solution.policy))
    return canonical({"type": NETWORK_TYPE, "inputs": list(inputs), "parts": parts})


def recompute(annex: bytes, policy: Policy) -> Recomputed:
    """Compute the result of a network annex.

    Raises `EnvelopeError` for bytes that are not canonical JSON, `StatementError` for an annex of
    another form (`statement/annex`) or whose list of inputs is not what its parts rest on.
    """
    document = canonical_or_refused(annex, max_bytes=MAX_ANNEX_BYTES)
    try:
        read = NetworkAnnex.model_validate(document)
        solution = _solved(document["parts"], policy)
    except ValidationError as error:
        raise StatementError("statement/annex", place=_place(error)) from None
    except (ArithmeticError, LookupError, ValueError) as error:
        raise StatementError("statement/annex", place=type(error).__name__) from None
    inputs = _inputs(solution)
    if list(inputs) != read.inputs:
        raise StatementError("statement/inputs")
    return Recomputed(read, solution, inputs, result_document(solution, ROOT))


def result_document(solution: Solution, root: str) -> dict[str, Any]:
    """The `result` of a statement."""
    account = solution.accounts[root]
    code, params = result.statement(account)
    answer = {
        "known": known_as(solution.resolutions[root], account).value,
        "total": _plain(result.totals(account)),
        "words": {"code": code, "params": params},
        "columns": result.columns(account),
        "columnsStated": _told(result.columns_stated(account)),
        "coverage": _coverage(account),
        "kinds": {name: _plain(row) for name, row in result.kinds(account).items()},
        "quality": _quality(account),
    }
    return RollUpResult.model_validate(answer).document()


def policy_document(policy: Policy) -> dict[str, Any]:
    """The `policy` of a statement; the basis stands on its own."""
    return {
        "useDefaults": policy.use_defaults,
        "useExpired": policy.use_expired,
        "leastCoverage": exact(policy.least_coverage),
    }


def policy_of(subject: Mapping[str, Any]) -> Policy:
    """The policy that a statement was computed under."""
    stated = subject["policy"]
    return Policy(
        stated["useDefaults"],
        stated["useExpired"],
        Decimal(stated["leastCoverage"]),
        subject["basis"] == "deep",
    )


def refuse_other_rules(subject: Mapping[str, Any]) -> None:
    """Raise `StatementError` for a statement that other rules or another engine computed."""
    mine = {"ruleset": RULESET, "engine": ENGINE}
    if any(subject[name] != value for name, value in mine.items()):
        raise StatementError(
            "statement/engine",
            ruleset=subject["ruleset"],
            engine=subject["engine"],
            version=subject["version"],
        )


def _solved(parts: Packed, policy: Policy) -> Solution:
    return solve(unpack(parts), [ROOT], policy)


def _inputs(solution: Solution) -> tuple[str, ...]:
    return tuple(sorted(set(used(solution.resolutions.values()))))


def _coverage(account: Account) -> dict[str, Any]:
    told = result.coverage(account)
    tiers = [_plain(row) | {"tier": str(row["tier"])} for row in told.pop("by_tier")]
    count = str(told.pop("gaps_without_estimate"))
    return _plain(told) | {"gapsWithoutEstimate": count, "byTier": tiers}


def _quality(account: Account) -> dict[str, Any]:
    told = result.quality(account)
    rated = {name: _plain(told.pop(name)) for name in ("known_part", "estimated_total")}
    return _plain(told) | _plain(rated)


def _plain(members: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is not known, and in the spelling of signed documents."""
    return {_camel(name): value for name, value in members.items() if value is not None}


def _told(members: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in members.items() if value is not None}


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def _place(error: ValidationError) -> str:
    return ascii(".".join(str(step)[:60] for step in error.errors()[0]["loc"]))[1:-1][:200]
