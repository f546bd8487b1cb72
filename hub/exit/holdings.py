"""Of every table: which rows are a company's own and go with it, or why rows stay.

A test walks all tables: a new one fails until it stands here and is exported, or says why not.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from hub.access.tables import (
    AccessToken,
    CompanyEvent,
    Invitation,
    Machine,
    MachineKey,
    OidcLink,
    Person,
    WebSession,
)
from hub.activity.tables import (
    EnergyAllocation,
    EnergyInstrument,
    EnergyReading,
    EnergyUse,
    ProductionVolume,
    SharedSite,
)
from hub.bom.tables import BomLine, BomRevision, Part, PartVersion, SourcingLink
from hub.calculator.tables import CalculationBill, CalculationDraft
from hub.declarations.tables import (
    AnnexRow,
    DeclarationFinding,
    DeclarationRow,
    HeldSubmission,
    PreparedDeclaration,
    VerificationRevocationRow,
    VerificationRow,
    Withdrawal,
)
from hub.disclosure.tables import AnswerSource, StoredAnswer
from hub.exit.tables import ErasureDemand
from hub.exports.battery.tables import BatteryClass, BatteryDeclaration, BatteryModelRow
from hub.factors.tables import Factor
from hub.findings.tables import FindingDecision
from hub.footprints.tables import BomSnapshot, StatementInput, StatementRow, ValueRelease
from hub.kit.tables import Base, OutboxMessage
from hub.kit.wall import beyond
from hub.parties.tables import CompanyIdentifier, IdentityAssurance, Site
from hub.requests.tables import (
    FootprintRequest,
    RequestEvent,
    RequestHandling,
    RequestOrigin,
    RequestSet,
)
from hub.scenarios.tables import ScenarioRow, ScenarioVersion
from hub.sharing.tables import AccessRecord, BreakGlass, ConsentEvent, Grant
from hub.trust.tables import Challenge
from hub.workbooks.tables import ImportRow, ImportRun

STAYS: Final[Mapping[str, str]] = {
    "company": "the id, without name, country and identifiers: others' access logs hold it",
    "company_relation": "two ids of one group, by which others' verifications are judged",
    "company_changes": "a count and a time, by which others' kept answers are known to be stale",
    "failed_sign_in": "hashes of addresses that were tried; those of the company's people go",
    "factor_set": "the operator's, for every company",
    "log_entry": "kinds and digests: the log is only ever added to",
    "log_node": "hashes over the log",
    "log_checkpoint": "signed tree heads",
    "log_cosignature": "witnesses' signatures",
    "log_continuation": "what the operator admitted",
    "log_erasure": "what was erased, by digests: the deletion receipt is made of it",
    "log_erased": "the same list, row by row",
    "hub_key": "the hub's own",
    "hub_key_event": "the hub's own",
    "oidc_round": "a sign-in of some minutes, before it is known whose it is",
    "periodic_work": "when the hub's own work is due again",
    "receipt": "digests, a place and a time: what the company holds receipts for stays provable",
    "registry_factor": "the operator's, for every company",
    "signing_key": "public keys under an id: others verify by them what they hold of it",
    "key_event": "the history of those keys, by which a later forgery is told",
    "used_assertion": "hashes of some minutes, by which nothing is accepted twice",
}
"""Why rows of a table stay when a company is erased."""

DERIVED: Final[Mapping[str, str]] = {
    "bom_snapshot": "compiled from the tables that are exported",
    "stored_answer": "a copy of what the hub computes from them",
    "stored_answer_source": "belongs to such a copy",
    "rollup_statement_input": "stands in the bundles, as far as the company may know it",
    "value_release": "what the hub computed and told of sums; it holds others' values",
    "access_token": "a hash of a secret",
    "web_session": "a hash of a secret",
    "key_challenge": "a nonce of some minutes",
    "erasure_demand": "the hub's note of a demand",
}
"""Why rows that go are in no file of an export."""


_BY_COMPANY: Final[tuple[Any, ...]] = (
    OutboxMessage,
    Site,
    CompanyIdentifier,
    IdentityAssurance,
    Person,
    Machine,
    CompanyEvent,
    Challenge,
    Factor,
    Part,
    EnergyReading,
    ProductionVolume,
    EnergyInstrument,
    EnergyAllocation,
    SharedSite,
    EnergyUse,
    DeclarationRow,
    PreparedDeclaration,
    HeldSubmission,
    FindingDecision,
    StatementRow,
    BomSnapshot,
    ValueRelease,
    CalculationDraft,
    CalculationBill,
    ScenarioRow,
    BatteryClass,
    BatteryModelRow,
    BatteryDeclaration,
    ImportRun,
    RequestSet,
    RequestOrigin,
    RequestHandling,
    ErasureDemand,
)
"""Tables whose rows name the company. Its answers to others' disputes of findings are theirs."""
_BY_OWNER: Final[tuple[Any, ...]] = (Grant, AccessRecord, BreakGlass)
_BY_ASKER: Final[tuple[Any, ...]] = (FootprintRequest, RequestEvent)
"""What a company was asked, and what it said to that, is its customers'."""


def holdings(company_id: str) -> Mapping[type[Base], ColumnElement[bool]]:
    """The condition on each table's rows that are the company's own."""
    parts = _ids(Part.id, Part.company_id == company_id)
    people = _ids(Person.id, Person.company_id == company_id)
    machines = _ids(Machine.id, Machine.company_id == company_id)
    revisions = _ids(BomRevision.id, BomRevision.parent_id.in_(parts))
    grants = _ids(Grant.id, Grant.owner_id == company_id)
    declared = _ids(DeclarationRow.digest, DeclarationRow.company_id == company_id)
    verified = _ids(VerificationRow.digest, VerificationRow.declarant_id == company_id)
    stated = _ids(StatementRow.digest, StatementRow.company_id == company_id)
    scenarios = _ids(ScenarioRow.id, ScenarioRow.company_id == company_id)
    runs = _ids(ImportRun.id, ImportRun.company_id == company_id)
    resting = _ids(AnswerSource.answer_id, AnswerSource.company_id == company_id)
    answers = or_(StoredAnswer.company_id == company_id, StoredAnswer.id.in_(resting))
    return {
        **{table: table.company_id == company_id for table in _BY_COMPANY},
        **{table: table.owner_id == company_id for table in _BY_OWNER},
        **{table: table.asker_id == company_id for table in _BY_ASKER},
        Invitation: Invitation.inviter_id == company_id,
        OidcLink: OidcLink.person_id.in_(people),
        WebSession: WebSession.person_id.in_(people),
        MachineKey: MachineKey.machine_id.in_(machines),
        AccessToken: AccessToken.machine_id.in_(machines),
        PartVersion: PartVersion.part_id.in_(parts),
        BomRevision: BomRevision.parent_id.in_(parts),
        BomLine: BomLine.revision_id.in_(revisions),
        SourcingLink: SourcingLink.part_id.in_(parts),
        ConsentEvent: ConsentEvent.grant_id.in_(grants),
        AnnexRow: AnnexRow.declaration.in_(declared),
        DeclarationFinding: DeclarationFinding.declaration.in_(declared),
        Withdrawal: Withdrawal.declaration.in_(declared),
        # What the company itself has verified stays with the declarations of others.
        VerificationRow: VerificationRow.declarant_id == company_id,
        VerificationRevocationRow: VerificationRevocationRow.verification.in_(verified),
        StatementInput: StatementInput.statement.in_(stated),
        StoredAnswer: answers,
        AnswerSource: AnswerSource.answer_id.in_(_ids(StoredAnswer.id, answers)),
        ScenarioVersion: ScenarioVersion.scenario_id.in_(scenarios),
        ImportRow: ImportRow.run_id.in_(runs),
    }


def counted(session: Session, company_id: str) -> dict[str, int]:
    """How many rows of each table are the company's own, by the table's name."""
    with beyond(session):
        return {
            table.__tablename__: session.scalar(select(func.count()).where(mine)) or 0
            for table, mine in holdings(company_id).items()
        }


def _ids(column: object, mine: ColumnElement[bool]) -> Select[str]:
    return select(column).where(mine)  # type: ignore[call-overload, no-any-return]
