"""The published JSON Schemas (2020-12): generated from the models, kept in the package, served.

    python -m tierlight_schemas.publish           writes published/v1/*.schema.json
    python -m tierlight_schemas.publish --check   exit status 1 when the files differ

A schema's `$id` hangs on `SCHEMA_BASE`, is a name, and is never dereferenced. A declaration pins
its schema by `schema_digest`, so a change of one byte here is a new digest there; a change of
meaning is a new major version.
"""

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from tierlight_schemas.annexes import (
    ActivityAnnex,
    CompositionAnnex,
    EvidenceAnnex,
    SplitAnnex,
)
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.bom import BomLine, BomRevision, PartRecord, SourcingRecord
from tierlight_schemas.cbam.model import CbamReport
from tierlight_schemas.consent import ConsentGrant, ConsentRevocation
from tierlight_schemas.declaration import (
    PartFootprintDeclaration,
    PartProcessDeclaration,
    Submission,
)
from tierlight_schemas.extension import SCHEMA_BASE, PartExtension
from tierlight_schemas.footprint import ProductFootprint
from tierlight_schemas.network_annex import NetworkAnnex
from tierlight_schemas.scenario import Scenario
from tierlight_schemas.statement import RollUpStatement
from tierlight_schemas.verification import PartVerificationStatement, VerificationRevocation

MAJOR = 1
_SUFFIX = ".schema.json"

#: By name: the last but one segment of the `$id`, and the file's name.
DOCUMENTS: Mapping[str, type[BaseModel]] = {
    "annex-activity": ActivityAnnex,
    "annex-composition": CompositionAnnex,
    "annex-evidence": EvidenceAnnex,
    "annex-split": SplitAnnex,
    "battery-model": BatteryModel,
    "bom-line": BomLine,
    "bom-revision": BomRevision,
    "cbam-report": CbamReport,
    "consent": ConsentGrant,
    "consent-revocation": ConsentRevocation,
    "declaration": PartFootprintDeclaration,
    "footprint": ProductFootprint,
    "network": NetworkAnnex,
    "part": PartExtension,
    "part-record": PartRecord,
    "process-declaration": PartProcessDeclaration,
    "scenario": Scenario,
    "sourcing-record": SourcingRecord,
    "statement": RollUpStatement,
    "submission": Submission,
    "verification": PartVerificationStatement,
    "verification-revocation": VerificationRevocation,
}


def names() -> list[str]:
    """Names of the published schemas, sorted."""
    return sorted(DOCUMENTS)


@cache
def published(name: str) -> bytes:
    """The published schema of that name, as packaged. Raises `KeyError` for an unknown name."""
    if name not in DOCUMENTS:
        raise KeyError(name)
    folder = files("tierlight_schemas").joinpath("published", f"v{MAJOR}")
    return folder.joinpath(name + _SUFFIX).read_bytes()


def schema_id(name: str) -> str:
    """The `$id` of a schema: a name, not an address."""
    return f"{SCHEMA_BASE}/{name}/{MAJOR}"


def schema_digest(name: str) -> str:
    """SHA-256 of the published bytes, hexadecimal: `credentialSchema.digestSHA256`."""
    return hashlib.sha256(published(name)).hexdigest()


class _Plain(GenerateJsonSchema):
    """JSON Schema without null (absent is "not stated") and without generated titles."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        if schema.get("default", ...) is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def generate(name: str) -> bytes:
    """The schema of that name as the models say now, in the form in which it is published."""
    body = DOCUMENTS[name].model_json_schema(by_alias=True, schema_generator=_Plain)
    head = {"$schema": _Plain.schema_dialect, "$id": schema_id(name)}
    text = json.dumps(_unwrapped(head | body), indent=2, ensure_ascii=False)
    return text.encode() + b"\n"


def _unwrapped(schema: Any) -> Any:
    """`schema` with the paragraphs of its descriptions in one line each."""
    if isinstance(schema, list):
        return [_unwrapped(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    text = schema.get("description")
    if isinstance(text, str):
        schema = schema | {"description": re.sub(r"(?<!\n)\n(?!\n)", " ", text)}
    return {name: _unwrapped(item) for name, item in schema.items()}


def outdated(folder: Path) -> list[str]:
    """File names in `folder` that are missing, differ from the models, or belong to no model."""
    expected = {name + _SUFFIX: generate(name) for name in names()}
    found = {path.name: path.read_bytes() for path in folder.glob("*")}
    return sorted(file for file in expected | found if expected.get(file) != found.get(file))


def write(folder: Path) -> None:
    """Write every schema, and remove what no model stands for any more."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in outdated(folder):
        folder.joinpath(file).unlink(missing_ok=True)
    for name in names():
        folder.joinpath(name + _SUFFIX).write_bytes(generate(name))


def main(arguments: Sequence[str] | None = None, folder: Path | None = None) -> int:
    """Write or check; the exit status is 1 when `--check` finds a difference."""
    parser = argparse.ArgumentParser(prog="python -m tierlight_schemas.publish")
    parser.add_argument("--check", action="store_true", help="only compare; exit 1 on a difference")
    check = parser.parse_args(arguments).check
    folder = folder or Path(__file__).parent / "published" / f"v{MAJOR}"
    if not check:
        write(folder)
        return 0
    differing = outdated(folder)
    for file in differing:
        print(f"{file} differs from the models: run python -m tierlight_schemas.publish")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
