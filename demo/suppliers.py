"""All companies' machines at work: a process that knows the hub only through the SDK over HTTP.

`python -m demo.suppliers FOLDER` reads the hub's address and each company's credentials as JSON
from stdin, and prints what was done as JSON. Under FOLDER it leaves `keys/` (private), and
`declarations/` with the signed declarations, the public keys, and the receipts.

`cast` names the table of the companies there, `tables` the folder of what they upload, `links` what
they grant. With `later` the same companies come back and declare what stands in another table.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

from demo.published import rows
from tierlight.client import Client
from tierlight.declaring import Outcome, declare
from tierlight.errors import HubRefused
from tierlight.results import ImportReport, Link, Verdict
from tierlight.signer import FileSigner
from tierlight.submissions import Signed, read_file, write_file
from tierlight.table import read_table
from tierlight_schemas.declarant import Declarant, Language, Profile
from tierlight_schemas.envelope import (
    b64url_decode,
    b64url_encode,
    canonical,
    pack_submission,
)

AUDIENCE = "demo.tierlight"
FROM = date(2025, 1, 1)
"""First day of all consents."""
MAKERS = ("NHL", "YHB")
"""Of the lorry and of its battery."""
CONFIRMING = ("answers", "no-consent")


@dataclass
class Company:
    """One company at work."""

    code: str
    name: str
    behaviour: str
    language: Language
    client: Client
    tables: Path
    """What this company has to upload."""
    facts: Mapping[str, str]
    """Its row of the cast."""
    signer: FileSigner = field(default_factory=FileSigner.generate)
    id: str = ""


class Work:
    """Everything the suppliers do, and the count of it."""

    def __init__(self, companies: list[Company], folder: Path, links: Path, purpose: str) -> None:
        """`links` is the table of what is granted on each link, and `purpose` what for."""
        self.companies = companies
        self.links, self.purpose = links, purpose
        self.keys = folder / "keys"
        self.declarations = folder / "declarations"
        self.receipts = self.declarations / "all.ndjson.receipts"
        self.done: Counter[str] = Counter()
        self.told: dict[str, str] = {}

    def run(self) -> dict[str, Any]:
        """Do it all, step by step as it happens in life, and tell what was done."""
        for place in (self.keys, self.receipts):
            place.mkdir(parents=True)
        self._introduce()
        self._upload()
        self._agree()
        self._declare()
        return {**self.done, **self.told}

    def resume(self, name: str) -> dict[str, Any]:
        """Those who have a table of that name sign and submit what stands in it."""
        self.companies = [c for c in self.companies if (c.tables / f"{name}.csv").is_file()]
        for company in self.companies:
            company.id = company.client.company().id
            company.signer = FileSigner.load(self.keys / f"{company.code}.pem")
        self._declare(name)
        return {**self.done, **self.told}

    def _introduce(self) -> None:
        """Sites, and a key each, proven to be in the company's hands."""
        for company in self.companies:
            row = company.facts
            company.id = company.client.company().id
            company.client.add_site(
                row["site"], row["site_name"], row["country"], row["subdivision"] or None
            )
            company.client.register_key(company.signer)
            company.signer.save(self.keys / f"{company.code}.pem")
            public = self.declarations / f"{company.code}.pub.jwk"
            public.write_bytes(canonical(company.signer.jwk) + b"\n")
            self.done["keys"] += 1

    def _upload(self) -> None:
        """Tables of all companies; links last, when the parts they name are there."""
        for company in self.companies:
            self._table("parts", company, company.client.upload_parts)
            self._table("lines", company, company.client.upload_bom, "bom")
            self._table("factors", company, company.client.upload_factors)
        for company in self.companies:
            self._table("links", company, company.client.upload_sourcing, "sourcing")

    def _table(self, what: str, company: Company, upload: Any, name: str = "") -> None:
        file = company.tables / f"{name or what}.csv"
        if file.is_file():
            report: ImportReport = upload(file)
            self.done[what] += report.rows

    def _agree(self) -> None:
        """Confirm who buys, and grant what `links.csv` says."""
        buyers = {company.id: company.code for company in self.companies}
        grants = {
            (row["buyer"], row["supplier_part"]): row for row in rows(self.links) if row["level"]
        }
        for company in self.companies:
            if company.behaviour in CONFIRMING:
                for link in company.client.links_to_confirm():
                    company.client.confirm_link(link.id)
                    self.done["confirmed"] += 1
                    granted = grants.get((buyers[link.buyer_id], link.part))
                    if granted and company.behaviour == "answers":
                        self._grant(company, link.buyer_id, link.part_id, granted)
                        if granted["aggregate"] == "yes":
                            self._show_makers(company, link)
        self.done["open"] = self.done["links"] - self.done["confirmed"]

    def _grant(
        self, company: Company, buyer: str, part: str | None, granted: dict[str, str]
    ) -> None:
        company.client.grant(
            buyer,
            part,
            level=int(granted["level"]),
            aggregate=granted["aggregate"] == "yes",
            valid_from=FROM,
            purpose=self.purpose,
        )
        self.done["grants"] += 1

    def _show_makers(self, company: Company, link: Link) -> None:
        """The two that add everything up are let see it too: sums of few suppliers' values would
        be withheld from them otherwise."""
        for maker in self.companies:
            if maker.code in MAKERS and maker.id not in (company.id, link.buyer_id):
                seen = {"level": "1", "aggregate": "no"}
                self._grant(company, maker.id, link.part_id, seen)

    def _declare(self, name: str = "footprints") -> None:
        """Sign what can be declared, submit it, keep it with what was, and the receipts."""
        gathered = self.declarations / "all.ndjson"
        everything = read_file(gathered)
        for company in self.companies:
            outcome = self._signed(company, company.tables / f"{name}.csv")
            if not outcome.signed:
                continue
            write_file(self.declarations / f"{company.code}.ndjson", outcome.signed)
            everything += outcome.signed
            if not self.told:
                self.told = tampered(company, outcome.signed[0])
            self._submit(company, outcome.signed)
        write_file(gathered, everything)

    def _signed(self, company: Company, file: Path) -> Outcome:
        if not file.is_file():
            return Outcome()
        profile = Profile(
            company_id=company.id,
            company_name=company.name,
            audience=AUDIENCE,
            language=company.language,
        )
        declarant = Declarant(profile, company.signer.kid)
        outcome = declare(read_table(file), declarant, company.signer, [], datetime.now(UTC))
        if outcome.refused:
            raise RuntimeError(f"{company.code}: {outcome.problems} {outcome.findings}")
        self.done["parts_unknown"] += len(outcome.unknown)
        return outcome

    def _submit(self, company: Company, signed: list[Signed]) -> None:
        verdicts = company.client.submit_many(entry.line for entry in signed)
        for entry, verdict in zip(signed, verdicts, strict=True):
            if not verdict.accepted or verdict.receipt is None:
                raise RuntimeError(f"{company.code}: {verdict.refusal}")
            (self.receipts / f"{verdict.digest}.json").write_bytes(verdict.receipt)
            self.done["stored"] += 1
            self.done["processes" if "process" in entry.subject else "footprints"] += 1


def tampered(company: Company, signed: Signed) -> dict[str, str]:
    """What the hub says to a declaration of which one byte was changed on the way."""
    header, payload, signature = signed.jws.decode().split(".")
    changed = changed_digit(b64url_decode(payload))
    jws = ".".join((header, b64url_encode(changed), signature))
    try:
        verdict: Verdict = company.client.submit_packed(pack_submission(jws, signed.annexes))
    except HubRefused as error:
        return {"code": error.code, "text": error.message}
    if verdict.refusal is None:
        raise RuntimeError("the hub took a declaration that was changed on the way")
    return {"code": verdict.refusal.code, "text": verdict.refusal.message}


def changed_digit(payload: bytes) -> bytes:
    """The payload with the first digit of its emissions made another one."""
    for name in (b'"emissions":"', b'"pcfExcludingBiogenicUptake":"'):
        place = payload.find(name)
        if place >= 0:
            digit = place + len(name)
            other = b"2" if payload[digit : digit + 1] == b"1" else b"1"
            return payload[:digit] + other + payload[digit + 1 :]
    raise ValueError("no emissions in the payload")


def companies_of(handed: dict[str, Any], stack: ExitStack) -> Iterator[Company]:
    """Those companies that do anything, each with its own client."""
    facts = {row["code"]: row for row in rows(Path(handed["cast"]))}
    for member in handed["members"]:
        if member["behaviour"] == "silent":
            continue
        client = Client(
            handed["url"],
            member["client_id"],
            member["client_secret"],
            language=handed["lang"],
            allow_http=True,
        )
        yield Company(
            member["code"],
            member["name"],
            member["behaviour"],
            cast(Language, facts[member["code"]]["language"]),
            stack.enter_context(client),
            Path(handed["tables"]) / member["code"],
            facts[member["code"]],
        )


def main(arguments: Iterable[str]) -> int:
    """Work through everything."""
    (folder,) = arguments
    handed = json.load(sys.stdin)
    with ExitStack() as stack:
        work = Work(
            list(companies_of(handed, stack)),
            Path(folder),
            Path(handed["links"]),
            handed["purpose"],
        )
        done = work.resume(handed["later"]) if "later" in handed else work.run()
        json.dump(done, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
