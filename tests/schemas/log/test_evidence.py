"""Evidence that somebody made up with a log of his own: refused with a code, never a crash."""

import json
from typing import Any

import pytest

from tests.cast import BEIFENG
from tests.schemas.log.small_log import LOG, SmallLog
from tierlight_schemas.envelope import (
    b64url_decode,
    b64url_encode,
    canonical,
    digest,
    sign,
    thumbprint,
)
from tierlight_schemas.errors import StandardError
from tierlight_schemas.log.entries import entry_of
from tierlight_schemas.log.evidence import EVIDENCE_TYPE, STANDING_TYPE, check_evidence
from tierlight_schemas.log.proofs import encoded_path
from tierlight_schemas.log.tree import inclusion_spans, span_hash

JWK = {"kty": "OKP", "crv": "Ed25519", "x": b64url_encode(LOG.key.public)}
PAYLOAD = BEIFENG.built("PACK-1").payload
DECLARATION = ("declaration", BEIFENG.sign(PAYLOAD).encode())
ADDED = {"event": "add", "key": BEIFENG.kid, "jwk": BEIFENG.jwk}


def event(kind: str, **said: Any) -> tuple[str, bytes]:
    return f"key-{kind}", canonical(ADDED | {"event": kind} | said)


def made(*bodies: tuple[str, bytes], first: int = 0) -> bytes:
    """Evidence over a log of these bodies in their order, the one at `first` being the subject."""
    log = SmallLog([entry_of(kind, body) for kind, body in bodies])
    hashes, checkpoint = log.hashes(), log.checkpoint()
    order = [first, *(index for index in range(len(bodies)) if index != first)]
    entries = []
    for index in order:
        spans = inclusion_spans(index, len(bodies))
        path = encoded_path([span_hash(span, hashes) for span in spans])
        kind, body = bodies[index]
        entries.append({"index": index, "kind": kind, "body": b64url_encode(body), "path": path})
    payload = bodies[first][1].split(b".")[1:2] or [b""]
    standing = {
        "type": STANDING_TYPE,
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "declaration": digest_of(payload[0]),
        "entries": order,
    }
    document = {
        "type": EVIDENCE_TYPE,
        "checkpoint": str(log.note()),
        "entries": entries,
        "standing": sign(canonical(standing), LOG.secret.sign, "Ed25519", thumbprint(JWK)),
        "logKey": JWK,
    }
    return canonical(document)


def digest_of(part: bytes) -> str:
    try:
        return digest(b64url_decode(part))
    except StandardError:
        return ""


def test_a_whole_one_holds():
    found = check_evidence(made(event("add"), DECLARATION, first=1))
    assert (found.index, found.key, found.opened.kid) == (1, "valid", BEIFENG.kid)


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ([event("revoke")], "valid"),  # after the declaration
        ([event("revoke", compromisedIndex=2)], "valid"),
        ([event("revoke", compromisedIndex=1)], "in-doubt"),
        ([event("revoke", compromisedIndex=0)], "in-doubt"),
        ([event("revoke", compromisedIndex=99)], "valid"),  # no later than it was told
        ([event("revoke", compromisedIndex=-1)], "in-doubt"),
        ([event("revoke", compromisedIndex="2")], "in-doubt"),
        ([event("revoke", compromisedSince="2026-01-01T00:00:00.000000Z")], "in-doubt"),
        ([event("retire")], "valid"),
    ],
)
def test_what_a_revocation_says_of_what_came_before(events, state):
    assert check_evidence(made(event("add"), DECLARATION, *events, first=1)).key == state


def test_a_revocation_that_came_before_leaves_it_in_doubt():
    data = made(event("add"), event("revoke"), DECLARATION, first=2)
    assert check_evidence(data).key == "in-doubt"


@pytest.mark.parametrize(
    ("bodies", "first", "code"),
    [
        ([DECLARATION], 0, "log/key-history"),
        ([DECLARATION, event("add")], 0, "log/key-history"),
        ([event("add"), event("retire"), DECLARATION], 2, "log/key-history"),
        ([event("add", key="other"), DECLARATION], 1, "log/key-history"),
        ([event("add", jwk=JWK), DECLARATION], 1, "log/key-history"),
        ([event("add", jwk={}), DECLARATION], 1, "trust/key-form"),
        ([("key-add", event("retire")[1]), DECLARATION], 1, "log/key-history"),
        ([("key-add", b"[]"), DECLARATION], 1, "log/evidence"),
        ([("key-add", b"nonsense"), DECLARATION], 1, "door/"),
        ([event("add")], 0, "log/evidence"),
        ([event("add"), DECLARATION, ("declaration", b"a.b.c")], 1, "door/"),
        ([event("add"), DECLARATION, ("declaration", BEIFENG.sign(b"{}").encode())], 1, "log/"),
        ([event("add"), DECLARATION, DECLARATION], 1, "log/evidence"),
        ([event("add"), DECLARATION, ("withdrawal", b"{}")], 1, "log/evidence"),
        ([event("add"), ("declaration", BEIFENG.sign(b"{}").encode())], 1, "log/schema"),
        ([event("add"), ("declaration", b"nonsense")], 1, "door/jws-shape"),
    ],
)
def test_anything_else_is_refused_with_a_code(bodies, first, code):
    with pytest.raises(StandardError, match=code):
        check_evidence(made(*bodies, first=first))


def test_one_changed_byte_is_refused_anywhere():
    data = made(event("add"), DECLARATION, first=1)
    for place in range(len(data)):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        with pytest.raises(StandardError):
            check_evidence(changed)


def test_other_json_is_refused():
    for text in ("{}", "[]", "1", '"a"', '{"type":"tierlight.evidence/1"}'):
        with pytest.raises(StandardError):
            check_evidence(json.dumps(json.loads(text), separators=(",", ":")).encode())
