"""The releases of each part that holds others' values: kept, and laid over what a reader reads."""

import hashlib
import json
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.footprints.release_rules import (
    STANDARD,
    Contributor,
    ReleasePolicy,
    Sum,
    Told,
    chosen,
    has_hidden,
    sum_of,
)
from hub.footprints.tables import ValueRelease
from hub.kit.clock import now
from hub.kit.database import add_hidden
from hub.kit.wall import beyond
from hub.sharing.policy import TOTAL, ConsentBook
from hub.trust.log import instant
from tierlight_schemas.rollup.account import Account, Cell, Coverage, leaf_account
from tierlight_schemas.rollup.model import Known, Network, PartNode, Policy, Released
from tierlight_schemas.rollup.packed import exact
from tierlight_schemas.rollup.reference import Solution, solve
from tierlight_schemas.rollup.resolve import as_declared, usable

RELEASE_POLICY = "release_policy"
"""In `Session.info`: the rules of this hub."""
_KEPT = "value releases"
_CHUNK = 5_000
_CELLS = ("lines", "mass", "carbon", "gaps", "unestimable")
Rest = tuple[str, str, str]
"""Buyer, supplier and the supplier's part: a consent that a sum rests on."""


def release_policy(session: Session) -> ReleasePolicy:
    """The rules of the hub that a session belongs to."""
    policy: ReleasePolicy = session.info.get(RELEASE_POLICY, STANDARD)
    return policy


@dataclass(frozen=True)
class Release(Sum):
    """A sum that was told."""

    digest: str
    at: str
    policy: str
    rests: frozenset[Rest]


@dataclass(frozen=True)
class Crossing:
    """What `with_releases` needs to know of a reading."""

    session: Session
    reader_id: str
    policy: Policy
    part_of: Callable[[str], str]
    """The id of the part behind a node."""
    consent: Callable[[str], ConsentBook]


def with_releases(network: Network, crossed: Collection[str], reading: Crossing) -> Network:
    """The network with what may be told of the parts `crossed` to, which a link leads to.

    A part that is built up from values of companies beyond its owner carries a release, or is
    withheld; all other parts stay as they are. New releases are added to the session.
    """
    rules = release_policy(reading.session)
    open_ = sorted(name for name in crossed if _may_hold_others(network.nodes[name], reading))
    if not open_ or not rules.is_active:
        return network
    solution = whole = solve(network, open_, reading.policy)
    book = _Book(reading, rules, {reading.part_of(name) for name in open_})
    changed: dict[str, PartNode] = {}
    for name in whole.order.sequence:  # the deepest first: what is above takes what they release
        if name in open_:
            if changed:
                nodes = Network({**network.nodes, **changed})
                solution = solve(nodes, [name], reading.policy)
            changed |= dict(book.told(solution, name))
    return Network({**network.nodes, **changed})


def _may_hold_others(node: PartNode, reading: Crossing) -> bool:
    return reading.policy.deep or not usable(node.declared, reading.policy)


def pending(session: Session) -> list[ValueRelease]:
    """Releases that were made in a session and are not stored yet."""
    return [row for row in session.new if isinstance(row, ValueRelease)]


def take_pending(session: Session) -> list[ValueRelease]:
    """The same, taken out of a session that only reads, to be stored by another."""
    found = pending(session)
    for row in found:
        session.expunge(row)
    return found


class _Book:
    """The releases of some parts as one reading sees them, with those that it makes."""

    def __init__(self, reading: Crossing, rules: ReleasePolicy, part_ids: Collection[str]) -> None:
        self._reading, self._rules = reading, rules
        self._kept: dict[str, list[Release]] = reading.session.info.setdefault(_KEPT, {})
        missing = sorted(set(part_ids) - self._kept.keys())
        self._kept |= {part_id: [] for part_id in missing}
        for start in range(0, len(missing), _CHUNK):
            chunk = ValueRelease.part_id.in_(missing[start : start + _CHUNK])
            query = select(ValueRelease).where(chunk).order_by(ValueRelease.number)
            with beyond(reading.session):
                rows = reading.session.scalars(query).all()
            for row in rows:
                self._kept[row.part_id].append(_read(row))

    def told(self, solution: Solution, name: str) -> Iterator[tuple[str, PartNode]]:
        """The node with its release, or withheld; nothing where no other's value is inside."""
        resolution = solution.resolutions[name]
        found = sum_of(solution, name, self._rules) if resolution.edges else None
        if found is None or not has_hidden(found.contributors):
            return
        node, rests = resolution.node, _rests(solution, name)
        if self._is_granted(rests):
            return
        before: list[Sum] = [*self._kept[self._reading.part_of(name)]]
        if declared := usable(node.declared, self._reading.policy):
            before = [_as_declared(node), *before]  # the reader knows that anyway
        may = [self._may_be_shown(release) for release in before]
        choice = chosen(found, before, may, self._rules)
        if choice is False or (isinstance(choice, Told) and declared and not choice.place):
            yield name, _as_it_is_declared(node) if declared else _withheld(node)
            return
        if isinstance(choice, Told):
            release, waits = before[choice.place], choice.waits
        else:
            release, waits = self._release(name, node, found, rests), False
        assert isinstance(release, Release)
        told = Released(release.account, release.digest, release.at, release.policy, waits)
        yield name, replace(node, released=told)

    def _is_granted(self, rests: Collection[Rest]) -> bool:
        """Whether everybody inside lets this reader see its values anyway."""
        mine = self._reading.consent(self._reading.reader_id)
        return all(mine.of(owner, part).level >= TOTAL for _, owner, part in rests)

    def _may_be_shown(self, release: Sum) -> bool:
        """Whether all consents that a release rests on stand: revoking ends what was told too."""
        rests = release.rests if isinstance(release, Release) else ()
        for buyer, owner, part in rests:
            consent = self._reading.consent(buyer).of(owner, part)
            if consent.level < TOTAL or not consent.aggregate:
                return False
        return True

    def _release(self, name: str, node: PartNode, found: Sum, rests: frozenset[Rest]) -> Release:
        part_id, at = self._reading.part_of(name), now()
        # Salted: what the inputs are cannot be guessed from the digest.
        digest = hashlib.sha256(secrets.token_bytes(16) + found.state.encode()).hexdigest()
        release = Release(
            found.account,
            found.contributors,
            found.state,
            digest,
            instant(at),
            self._rules.id,
            rests,
        )
        kept = self._kept[part_id]
        kept.append(release)
        row = ValueRelease(
            part_id=part_id,
            number=len(kept),
            company_id=node.owner,
            at=at,
            policy=self._rules.id,
            digest=digest,
            body=_body(release),
        )
        if self._reading.session.autoflush:
            add_hidden(self._reading.session, [row])
        else:  # it only reads: whoever opened it stores what it leaves
            self._reading.session.add(row)
        return release


def _rests(solution: Solution, name: str) -> frozenset[Rest]:
    found: set[Rest] = set()
    seen, waiting = {name}, [name]
    while waiting:
        resolution = solution.resolutions[waiting.pop()]
        for edge in resolution.edges:
            if edge.crosses:
                owner = solution.resolutions[edge.child].node.owner
                found.add((resolution.node.owner, owner, edge.child.partition("|")[0]))
            if edge.child not in seen:
                seen.add(edge.child)
                waiting.append(edge.child)
    return frozenset(found)


def _withheld(node: PartNode) -> PartNode:
    """Nothing of what it is made of; what its buyer knows of it stays."""
    bare = replace(node, own=None, lines=(), sources=(), default=None, gas=None, problems=())
    return replace(bare, declared=None, revision="", withheld=True)


def _as_it_is_declared(node: PartNode) -> PartNode:
    """Basis `deep`: the declaration stands, and is not refined."""
    assert node.declared is not None
    declared = replace(node.declared, inputs=())
    return replace(node, declared=declared, own=None, lines=(), sources=())


def _as_declared(node: PartNode) -> Sum:
    return Sum(leaf_account(as_declared(node), {}), {}, "declared")


def _body(release: Release) -> bytes:
    document = {
        "account": _packed(release.account),
        "contributors": {
            key: [exact(held.value), held.state, held.is_hidden]
            for key, held in release.contributors.items()
        },
        "state": release.state,
        "rests": sorted(release.rests),
    }
    return json.dumps(document).encode()


def without(company_id: str, body: bytes) -> bytes:
    """A release's body, of which one company's value is erased: that it was inside is kept, so that
    later releases go on to protect the others."""
    document = json.loads(body)
    inside = document["contributors"].get(f"company {company_id}")
    if inside is None:
        return body
    inside[0] = "0"
    return json.dumps(document).encode()


def _read(row: ValueRelease) -> Release:
    held = json.loads(row.body)
    return Release(
        _account(held["account"]),
        {
            key: Contributor(Decimal(value), state, is_hidden)
            for key, (value, state, is_hidden) in held["contributors"].items()
        },
        held["state"],
        row.digest,
        instant(row.at),
        row.policy,
        frozenset((buyer, owner, part) for buyer, owner, part in held["rests"]),
    )


def _packed(account: Account) -> dict[str, Any]:
    """An account with its tiers; numbers keep all their digits."""
    cells = {
        name: [
            [tier, known.value, exact(value)]
            for (tier, known), value in getattr(account.coverage, name).items()
        ]
        for name in _CELLS
    }
    return {
        **{name: _texts(getattr(account, name)) for name in ("columns", "stated", "quality")},
        **cells,
        **{name: exact(getattr(account, name)) for name in ("without_uptake", "weight")},
        "prospective": exact(account.prospective),
        "negative_gaps": exact(account.coverage.negative_gaps),
    }


def _account(held: Mapping[str, Any]) -> Account:
    cells: dict[str, dict[Cell, Decimal]] = {
        name: {(tier, Known(known)): Decimal(value) for tier, known, value in held[name]}
        for name in _CELLS
    }
    return Account(
        _decimals(held["columns"]),
        _decimals(held["stated"]),
        Coverage(**cells, negative_gaps=Decimal(held["negative_gaps"])),
        Decimal(held["without_uptake"]),
        Decimal(held["weight"]),
        _decimals(held["quality"]),
        Decimal(held["prospective"]),
    )


def _texts(values: Mapping[str, Decimal]) -> dict[str, str]:
    return {name: exact(value) for name, value in values.items()}


def _decimals(texts: Mapping[str, str]) -> dict[str, Decimal]:
    return {name: Decimal(text) for name, text in texts.items()}
