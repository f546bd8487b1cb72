"""To whom a line goes and for which part, by what the sender has on record."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hub.bom.queries import companies_meant, part_ids, standing_links, versions
from hub.bom.tables import SourcingLink
from hub.kit.clock import now
from hub.kit.errors import BadInput, Conflict, NotFound
from hub.parties.queries import companies_named
from hub.requests.finding import Period
from hub.requests.known import Wanted
from hub.requests.lines import Line


@dataclass(frozen=True)
class Aim:
    """A line that can be sent."""

    asked_id: str
    part_id: str
    part_name: str
    link: SourcingLink | None
    """By which the part is bought; None: it is bought nowhere yet, and the line says where."""

    def wanted(self, line: Line) -> Wanted | None:
        """What is asked of which part of the supplier's, if the supplier has confirmed the link."""
        if self.link is None or not self.link.confirmed_at or not self.link.supplier_part_id:
            return None
        start, end = line.terms.period_start, line.terms.period_end
        period = Period(start, end) if start and end else None
        return Wanted(self.asked_id, self.link.supplier_part_id, line.terms.level, period)


@dataclass(frozen=True)
class Books:
    """What a company has on record of the parts and suppliers that its lines name."""

    company_id: str
    parts: Mapping[str, str]
    names: Mapping[str, str]
    companies: Mapping[str, Sequence[str]]
    links: Mapping[str, Sequence[SourcingLink]]

    @classmethod
    def of(cls, session: Session, company_id: str, lines: Sequence[Line]) -> "Books":
        """Read for all lines at once."""
        parts = part_ids(session, company_id, {line.part for line in lines})
        today, links = now().date(), defaultdict[str, list[SourcingLink]](list)
        for link in standing_links(session, parts.values()):
            if link.valid_to is None or link.valid_to > today:
                links[link.part_id].append(link)
        named = versions(session, parts.values())
        texts = {line.supplier for line in lines if line.supplier}
        companies = companies_named(session, texts)
        return cls(
            company_id=company_id,
            parts=parts,
            names={part_id: version.name for part_id, version in named.items()},
            companies=companies_meant(session, company_id, texts - companies.keys()) | companies,
            links=links,
        )

    def aim(self, line: Line) -> Aim:
        """To whom the line goes. Raises `BadInput`, `NotFound` or `Conflict` naming what lacks."""
        part_id = self.parts.get(line.part)
        if part_id is None:
            raise BadInput("hub/own-part-unknown", part=line.part[:100])
        links = self.links.get(part_id, ())
        asked_id = self._named(line) if line.supplier else self._only(line, links)
        if asked_id == self.company_id:
            raise BadInput("requests/self")
        towards = [link for link in links if link.supplier_id == asked_id]
        if links and not towards:
            raise BadInput("requests/not-a-source", part=line.part[:100])
        return Aim(asked_id, part_id, self.names[part_id], _best(towards, line))

    def _named(self, line: Line) -> str:
        text = (line.supplier or "").strip()
        found = self.companies.get(text, ())
        if len(found) > 1:
            raise Conflict("hub/company-ambiguous", company=text[:100])
        if not found:
            raise NotFound("hub/company-not-found", company=text[:100])
        return found[0]

    def _only(self, line: Line, links: Sequence[SourcingLink]) -> str:
        """The one supplier that the part is bought from."""
        registered = {link.supplier_id for link in links if link.supplier_id}
        if len(registered) == 1:
            return registered.pop()
        said = {"part": line.part[:100]}
        if registered:
            raise BadInput("requests/several-suppliers", **said)
        texts = sorted({link.supplier_text for link in links})
        if texts:
            raise BadInput("requests/unregistered", **said, supplier=", ".join(texts)[:200])
        raise BadInput("requests/no-supplier", **said)


def _best(towards: Sequence[SourcingLink], line: Line) -> SourcingLink | None:
    """Of several links to one supplier the one that names the line's part, else the first."""
    fits = [link for link in towards if link.supplier_part_text == line.supplier_part]
    return min(fits or towards, key=lambda link: link.id, default=None)
