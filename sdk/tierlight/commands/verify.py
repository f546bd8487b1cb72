"""`tierlight verify`: signed declarations, checked without any hub."""

import argparse
import re
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tierlight.commands import DONE, KEY_UNKNOWN, LOST_INPUTS, REFUSED, Commands, describe
from tierlight.commands.verify_erasure import run_erasure
from tierlight.commands.verify_evidence import run_evidence, say_place
from tierlight.commands.verify_passport import run_passport
from tierlight.consents import read_consent_file, verify_consent
from tierlight.documents import Item, load
from tierlight.erasures import is_deletion_receipt
from tierlight.errors import ConfigurationError
from tierlight.evidence import is_evidence
from tierlight.passports import read_passport_file
from tierlight.statements import StatementVerdict, is_statement, verify_statement
from tierlight.terminal import Terminal
from tierlight.verification import Kept, Standing, Verdict, policy_file, verify_item
from tierlight_schemas.envelope import EnvelopeError, check_jwk, open_jws, strict_json, thumbprint
from tierlight_schemas.messages import render, words_of
from tierlight_schemas.publish import schema_digest

DESCRIPTION = """\
Checks envelope, signature, annex digests, receipt, names and document of each declaration.
FILE is a JWS, a submission, or NDJSON of them. Nothing is fetched.

FILE may also be the bundle of a roll-up statement. Then signature, receipt and annex are checked
and the result is computed again: it must be the signed one, byte for byte. --jwk is the hub's key,
or what the hub serves under /.well-known/tierlight-hub-keys.json.

A signature is verified with --jwk (may be given several times). Without it, *.pub.jwk files
beside FILE are tried: a key is the right one when its thumbprint is the one that the signed
header names. If no key is found, everything else is checked and the exit status is 3.
Receipts are looked for in FILE.receipts, or where --receipts says; where there is such a folder,
a declaration without a receipt is named. Annexes may be kept back: those missing are named.

A receipt's proof (DIGEST.tlog-proof beside it) shows the declaration's place in the hub's log.
With --policy (c2sp.org/tlog-policy) it must lead to a checkpoint that a log of the policy signed
and its quorum of witnesses has seen.

FILE may also be a consent or its end, as tierlight grant --out keeps it.

Where declarations that a statement rests on were erased, the hub says so in a signed word
(GET /v1/statements/DIGEST/lost): give it with --lost, or keep it beside FILE as FILE.lost. Then
each missing input is named, and the exit status is 5: the result still follows from its annex.

FILE may also be the product passport of a battery (UNTP DPP 0.6.1), as the hub exports it. Then
signature, members and sums are checked; --jwk is the hub's key, as for a statement.

FILE may also be a deletion receipt: what a hub signed and logged that it erased.

FILE may also be the evidence of a declaration, as the hub exports it: then the key's history in
the log, what replaced or withdrew it, and the schema are checked as well."""

_STATEMENT = {
    Standing.VALID: "sdk/statement-valid",
    Standing.UNVERIFIED: "sdk/statement-unverified",
    Standing.INVALID: "sdk/statement-invalid",
}
_CONSENT = {
    Standing.VALID: "sdk/consent-valid",
    Standing.UNVERIFIED: "sdk/consent-unverified",
    Standing.INVALID: "sdk/consent-invalid",
}
_STATUS = {
    Standing.VALID: DONE,
    Standing.UNVERIFIED: KEY_UNKNOWN,
    Standing.INVALID: REFUSED,
}
_RECEIPT = re.compile(r"[0-9a-f]{64}\.json")


def register(commands: Commands) -> None:
    """Add the command."""
    parser = describe(commands, "verify", "verify signed declarations offline", DESCRIPTION)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--jwk", type=Path, action="append", help="public key (JWK)")
    parser.add_argument("--receipts", type=Path, help="folder of receipts")
    parser.add_argument("--policy", type=Path, help="whose log and which witnesses are believed")
    parser.add_argument("--lost", type=Path, help="the hub's word on erased inputs of a statement")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Verify every declaration of the file, or the one statement in it."""
    if is_statement(arguments.file):
        return _run_statement(arguments, terminal)
    if is_deletion_receipt(arguments.file):
        return run_erasure(arguments, terminal)
    if is_evidence(arguments.file):
        return run_evidence(arguments, terminal)
    if (jws := read_consent_file(arguments.file)) is not None:
        return _run_consent(jws, arguments, terminal)
    if (passport := read_passport_file(arguments.file)) is not None:
        return run_passport(passport, _keys_for(arguments), arguments, terminal)
    items = load(arguments.file)
    keys = _keys_for(arguments)
    kept = _kept(arguments)
    policy = policy_file(arguments.policy) if arguments.policy else None
    at = datetime.now(UTC)
    verdicts = [(item, verify_item(item, keys, at, kept, policy)) for item in items]
    if arguments.format == "json":
        terminal.data([_as_json(item, verdict, terminal) for item, verdict in verdicts])
    else:
        for item, verdict in verdicts:
            place = _place(str(arguments.file), item)
            _print(place, verdict, terminal)
            if kept is not None and verdict.digest and not verdict.receipt_checked:
                terminal.warn("sdk/receipt-missing", place=place)
    return status([verdict for _, verdict in verdicts])


def _run_consent(jws: bytes, arguments: argparse.Namespace, terminal: Terminal) -> int:
    keys = _keys_for(arguments)
    kept = (_kept(arguments) or {}).get(open_jws(jws).digest, Kept())
    policy = policy_file(arguments.policy) if arguments.policy else None
    verdict, place = verify_consent(jws, keys, kept, policy), str(arguments.file)
    if arguments.format == "json":
        terminal.data(asdict(verdict))
        return _STATUS[verdict.standing]
    for code, params in verdict.problems:
        terminal.warn(code, **params)
    said = {"digest": verdict.digest, "kid": verdict.kid, "sentence": verdict.sentence}
    terminal.say(_CONSENT[verdict.standing], place=place, **said)
    if verdict.receipt_checked and verdict.standing is not Standing.INVALID:
        terminal.say("sdk/receipt-fits", place=place)
    if verdict.place and verdict.standing is not Standing.INVALID:
        say_place(place, verdict.place, terminal)
    return _STATUS[verdict.standing]


def _run_statement(arguments: argparse.Namespace, terminal: Terminal) -> int:
    keys = _keys_for(arguments)
    policy = policy_file(arguments.policy) if arguments.policy else None
    lost = arguments.lost or arguments.file.with_name(f"{arguments.file.name}.lost")
    word = lost if arguments.lost or lost.exists() else None
    verdict = verify_statement(arguments.file, keys, policy, word)
    if arguments.format == "json":
        terminal.data(verdict.as_json())
    else:
        _print_statement(str(arguments.file), verdict, terminal)
    if verdict.lost and verdict.standing is not Standing.INVALID:
        return LOST_INPUTS
    return _STATUS[verdict.standing]


def _print_statement(file: str, verdict: StatementVerdict, terminal: Terminal) -> None:
    if verdict.problem is not None:
        terminal.problem(file, verdict.problem)
    if verdict.checked is not None:
        subject = verdict.checked.subject
        if verdict.checked.statement["credentialSchema"]["digestSHA256"] != schema_digest(
            "statement"
        ):
            terminal.warn("sdk/schema-differs", place=file)
        said = subject["result"]["words"]
        terminal.say(
            "sdk/recomputed",
            part=subject["id"],
            as_of=subject["asOf"],
            basis=subject["basis"],
            words=render(said["code"], said["params"], terminal.lang).text,
            parts=subject["network"]["parts"],
            inputs=subject["inputs"]["count"],
            log=subject["log"],
            index=verdict.checked.receipt["index"],
        )
    for item in verdict.lost:
        said = {"at": item.erased_at, "index": item.index}
        said |= {"digest": item.declaration} if item.declaration else {}
        terminal.warn(
            "statement/lost-input" if item.declaration else "statement/lost-deeper", **said
        )
    kid = verdict.checked.kid if verdict.checked else "?"
    terminal.say(_STATEMENT[verdict.standing], place=file, kid=kid)


def status(verdicts: list[Verdict]) -> int:
    """The exit status: the worst of all."""
    standings = {verdict.standing for verdict in verdicts}
    if Standing.INVALID in standings:
        return REFUSED
    return KEY_UNKNOWN if Standing.UNVERIFIED in standings else DONE


def _keys_for(arguments: argparse.Namespace) -> dict[str, dict[str, str]]:
    return given_keys(arguments.jwk) if arguments.jwk else keys_beside(arguments.file)


def given_keys(paths: list[Path]) -> dict[str, dict[str, str]]:
    """Public keys by thumbprint, of JWK files or JWK sets.

    Raises `ConfigurationError` for a file that is neither.
    """
    keys = [key for path in paths for key in _keys(path)]
    return {thumbprint(key): key for key in keys}


def keys_beside(file: Path) -> dict[str, dict[str, str]]:
    """Keys that `keygen` left in the folder of the file; others there are passed over."""
    keys: dict[str, dict[str, str]] = {}
    for path in sorted(file.absolute().parent.glob("*.pub.jwk")):
        try:
            found = _keys(path)
        except ConfigurationError:
            continue
        keys |= {thumbprint(key): key for key in found}
    return keys


def _keys(path: Path) -> list[dict[str, str]]:
    try:
        document = strict_json(path.read_bytes())
        several = document.get("keys") if isinstance(document, dict) else None
        return [check_jwk(key) for key in (several if isinstance(several, list) else [document])]
    except (OSError, EnvelopeError):
        raise ConfigurationError("sdk/not-a-jwk", file=str(path)) from None


def _kept(arguments: argparse.Namespace) -> dict[str, Kept] | None:
    """Receipts and proofs by declaration digest; None when nobody keeps any for this file."""
    folder = arguments.receipts or receipts_folder(arguments.file)
    if arguments.receipts and not folder.is_dir():
        raise ConfigurationError("sdk/unreadable", file=str(folder), reason="not a folder")
    if not folder.is_dir():
        return None
    paths = (path for path in folder.glob("*.json") if _RECEIPT.fullmatch(path.name))
    return {path.stem: Kept(path.read_bytes(), _beside(path)) for path in paths}


def _beside(receipt: Path) -> bytes | None:
    """The proof of a receipt, where one is kept."""
    try:
        return receipt.with_suffix(".tlog-proof").read_bytes()
    except FileNotFoundError:
        return None


def receipts_folder(file: Path) -> Path:
    """Where `submit` keeps the receipts of a file."""
    return file.with_name(f"{file.name}.receipts")


def _place(file: str, item: Item) -> str:
    return file if item.line is None else f"{file}:{item.line}"


def _print(place: str, verdict: Verdict, terminal: Terminal) -> None:
    for problem in verdict.problems:
        terminal.problem(place, problem)
    terminal.findings(place, verdict.findings, to_stderr=True)
    terminal.say(
        f"sdk/verify-{verdict.standing}",
        place=place,
        part=verdict.part or "?",
        digest=verdict.digest or "?",
        kid=verdict.kid or "?",
    )
    for name in verdict.absent:
        terminal.say("sdk/annex-absent", place=place, name=name)
    if verdict.receipt_checked and verdict.standing is not Standing.INVALID:
        terminal.say("sdk/receipt-fits", place=place)
    if verdict.place and verdict.standing is not Standing.INVALID:
        say_place(place, verdict.place, terminal)


def _as_json(item: Item, verdict: Verdict, terminal: Terminal) -> dict[str, Any]:
    """The verdict with its codes, and what they mean in the terminal's language."""
    document = {"line": item.line, **asdict(verdict)}
    for told, problem in zip(document["problems"], verdict.problems, strict=True):
        told["message"] = terminal.words(problem.code, **problem.params)
    for told, finding in zip(document["findings"], verdict.findings, strict=True):
        message = words_of(finding, terminal.lang)
        told |= {"message": message.text, "remedy": message.remedy}
    return document
