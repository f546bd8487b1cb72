"""A view that remembers what a rule has looked at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from hub.findings.rules import View
from tierlight_schemas.rollup.model import Network

Looked = set[tuple[str, Any]]
"""Kind (node, resolution, account, quantity, tier, digest, mass) and key."""


class Watched(Mapping[str, Any]):
    """A mapping that notes every key it is asked for; walking through it asks for all."""

    def __init__(self, held: Mapping[str, Any], kind: str, looked: Looked) -> None:
        self.held, self.kind, self.looked = held, kind, looked

    def __getitem__(self, key: str) -> Any:
        self.looked.add((self.kind, key))
        return self.held[key]

    def __contains__(self, key: object) -> bool:
        self.looked.add((self.kind, key))
        return key in self.held

    def __iter__(self) -> Iterator[str]:
        self.looked |= {(self.kind, key) for key in self.held}
        return iter(self.held)

    def __len__(self) -> int:
        self.looked |= {(self.kind, key) for key in self.held}
        return len(self.held)


@dataclass(frozen=True)
class WatchedView(View):
    """A view whose parts are `Watched`."""

    known: Any = None
    looked: Any = None

    @property
    def mass_kg(self) -> Decimal:
        self.looked.add(("mass", self.root))
        return Decimal(self.known.mass_kg)

    @property
    def category(self) -> str | None:
        return str(self.known.category) if self.known.category else None


def watched(view: View) -> tuple[WatchedView, Looked]:
    """The same view, and what has been looked at in it since."""
    looked: Looked = set()
    held = view.solution
    solution = replace(
        held,
        network=Network(Watched(view.network.nodes, "node", looked)),
        resolutions=Watched(held.resolutions, "resolution", looked),
        accounts=Watched(held.accounts, "account", looked),
        drafts=Watched(held.drafts, "draft", looked),
    )
    told = {
        name: Watched(held, "digest", looked)
        for name, held in _members(view).items()
        if isinstance(held, Mapping)
    }
    found = WatchedView(
        **{**_members(view), "solution": solution, **told}, known=view, looked=looked
    )
    vars(found).update(
        quantities=Watched(view.quantities, "quantity", looked),
        tiers=Watched(view.tiers, "tier", looked),
        resolutions=Watched(view.resolutions, "resolution", looked),
    )
    return found, looked


def _members(view: View) -> dict[str, Any]:
    return {name: getattr(view, name) for name in View.__dataclass_fields__}
