"""A supplier's system in ten lines: a footprint from its own database, signed, sent, filed.

    python declare_and_submit.py key.pem

The hub and the credentials come from TIERLIGHT_URL, TIERLIGHT_CLIENT_ID, TIERLIGHT_CLIENT_SECRET.
"""

import sys
from datetime import UTC, datetime

from tierlight import Client, FileSigner, Verdict, sign_payload
from tierlight_schemas.build import Fresh, build
from tierlight_schemas.declarant import Declarant
from tierlight_schemas.rows import read_row

# As `footprints.csv`: texts, so that no digit is lost on the way.
FOOTPRINT = {
    "number": "CELL-280Ah",
    "period_start": "2025-01-01",
    "period_end": "2026-01-01",
    "declared_unit": "piece",
    "mass_kg": "5.43",
    "kgco2e": "61.20",
    "primary_data_share": "74",
}


def declare(client: Client, signer: FileSigner) -> Verdict:
    """Sign the footprint in the company's name and submit it; the verdict holds the receipt."""
    client.register_key(signer)
    row = read_row(FOOTPRINT)
    if row is None:
        raise SystemExit("kgco2e is unknown: there is nothing to declare")
    declarant = Declarant(client.profile(), signer.kid)
    built = build(row, declarant, Fresh.draw(datetime.now(UTC)))
    return client.submit(sign_payload(built.payload, signer), built.annexes)


if __name__ == "__main__":
    with Client() as hub:
        verdict = declare(hub, FileSigner.load(sys.argv[1]))
    print(verdict.status, verdict.digest)
    for finding in verdict.findings:
        print(finding["severity"], finding["path"], finding["message"])
