"""A deletion receipt: which logged bytes a hub erased, when, and on whose demand.

A receipt is canonical JSON `{type, statement, erased, key, proof, logKey}`. The statement is a
compact JWS of the hub's key and an entry of its log (`erasure`); it holds the digest of the list
`erased`, which names every entry whose bytes are gone, and every annex. Leaves and digests stay in
the log, so that a copy in somebody's hands can still be told from a forgery. That no copy is left
anywhere cannot be proven: the hub signs that it keeps none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from tierlight_schemas.canonical import canonical, canonical_or_refused, digest
from tierlight_schemas.errors import ErasureError, LogError
from tierlight_schemas.jws import open_jws, verify
from tierlight_schemas.keys import check_jwk, thumbprint
from tierlight_schemas.log.entries import KINDS, Entry
from tierlight_schemas.log.notes import VerifierKey
from tierlight_schemas.log.policy import Policy, Trusted
from tierlight_schemas.log.proofs import check_proof, read_proof

RECEIPT_TYPE: Final = "tierlight.deletion-receipt/1"
ERASURE_TYPE: Final = "tierlight.erasure/1"
LOST_TYPE: Final = "tierlight.lost-inputs/1"
MAX_RECEIPT_BYTES = 64_000_000
_MEMBERS = frozenset({"type", "statement", "erased", "key", "proof", "logKey"})
_GONE = frozenset({"index", "kind", "digest", "declaration"})
ANNEX: Final = "annex"
"""Kind of what has no entry of its own: its digest stands in the signed declaration."""

Scope = Literal["company", "declaration", "annexes"]
Demand = Literal["company", "operator"]
Reason = Literal["exit", "privacy-law", "court-order", "sent-by-mistake"]
REASONS: tuple[Reason, ...] = get_args(Reason)


@dataclass(frozen=True)
class Gone:
    """Bytes that are no longer kept."""

    kind: str
    """Of the log's entry, or `annex`."""
    digest: str
    """SHA-256 (hex) of the bytes."""
    index: int | None = None
    """Place of the entry; an annex has none."""
    declaration: str | None = None
    """Digest of the declaration (its payload) that the bytes were, or belonged to."""

    def document(self) -> dict[str, Any]:
        """As it stands in the list."""
        said = {name: getattr(self, name) for name in sorted(_GONE)}
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True)
class Erasure:
    """A deletion receipt of which everything holds; whose log it is, is the reader's to say."""

    statement: Mapping[str, Any]
    gone: tuple[Gone, ...]
    kid: str
    index: int
    trusted: Trusted
    log_kid: str


def erased_list(gone: Iterable[Gone]) -> bytes:
    """The canonical list that a statement holds the digest of."""
    return canonical([item.document() for item in gone])


def pack_receipt(
    jws: bytes, erased: bytes, jwk: Mapping[str, Any], proof: tuple[str, Mapping[str, Any]]
) -> bytes:
    """The bytes of a receipt; `proof` is its text and the key of its checkpoint."""
    return canonical(
        {
            "type": RECEIPT_TYPE,
            "statement": jws.decode("ascii"),
            "erased": canonical_or_refused(erased, max_bytes=MAX_RECEIPT_BYTES),
            "key": check_jwk(jwk),
            "proof": proof[0],
            "logKey": check_jwk(proof[1]),
        }
    )


def looks_like_receipt(data: bytes) -> bool:
    """Whether a file is meant as a deletion receipt: what it begins and ends with."""
    return data.lstrip()[:10] == b'{"erased":' and RECEIPT_TYPE.encode() in data[-200:]


def check_receipt(data: bytes, policy: Policy | None = None) -> Erasure:
    """What a receipt proves under a policy; without one, the log's key is the one inside.

    Raises `EnvelopeError` for bytes, signatures and keys that may not pass, `ErasureError`
    (`erasure/receipt`, with the member) for what does not fit together, `LogError` for the proof.
    """
    document = _document(data)
    key, log_key = check_jwk(document["key"]), check_jwk(document["logKey"])
    opened = verify(document["statement"], key)
    gone = tuple(_gone(item) for item in document["erased"])
    _compare(opened.document, gone, canonical(document["erased"]), opened.kid)
    proof = read_proof(document["proof"])
    origin = str(opened.document.get("origin"))
    log = VerifierKey.of_jwk(origin, log_key)
    entry = Entry("erasure", digest(document["statement"].encode("ascii")))
    proven = check_proof(proof, entry, policy or Policy((log,)))
    if proven.trusted.checkpoint.origin != origin:
        raise ErasureError("erasure/receipt", member="origin")
    _refuse_strange_key(key, origin, policy)
    if policy is not None:
        policy.refuse_ended(opened.kid, proven.index + 1)
    return Erasure(
        opened.document, gone, opened.kid, proven.index, proven.trusted, thumbprint(log_key)
    )


@dataclass(frozen=True)
class LostInput:
    """A declaration that a statement rests on, and of which bytes were erased."""

    declaration: str | None
    """Its digest; None for one deeper in the chain than the statement's owner may see."""
    erased_at: str
    """RFC 3339."""
    index: str
    """Place of the erasure in the log."""


def check_lost(
    jws: bytes, statement: str, keys: Mapping[str, Mapping[str, Any]]
) -> tuple[LostInput, ...]:
    """What a hub signed that a statement (its digest) has lost; `keys` are the hub's.

    Raises `EnvelopeError` for a signature that does not hold, `ErasureError` (`erasure/mark`) for
    an unknown key, another statement, or another form.
    """
    kid = open_jws(jws).kid
    if kid not in keys:
        raise ErasureError("erasure/mark", member="key")
    said = verify(jws, keys[kid]).document
    for name, value in (("type", LOST_TYPE), ("statement", statement)):
        if said.get(name) != value:
            raise ErasureError("erasure/mark", member=name)
    lost = said.get("lost")
    if not isinstance(lost, list):
        raise ErasureError("erasure/mark", member="lost")
    return tuple(_lost(item) for item in lost)


def _lost(item: Any) -> LostInput:
    members = {"erasedAt", "index"}
    is_known = isinstance(item, dict) and members <= set(item) <= members | {"declaration"}
    if not is_known or not all(isinstance(text, str) for text in item.values()):
        raise ErasureError("erasure/mark", member="lost")
    return LostInput(item.get("declaration"), item["erasedAt"], item["index"])


def _document(data: bytes) -> dict[str, Any]:
    document = canonical_or_refused(data, max_bytes=MAX_RECEIPT_BYTES)
    if not isinstance(document, dict) or set(document) != _MEMBERS:
        raise ErasureError("erasure/receipt", member="$")
    if document["type"] != RECEIPT_TYPE:
        raise ErasureError("erasure/receipt", member="type")
    for name, kind in (("statement", str), ("proof", str), ("erased", list)):
        if not isinstance(document[name], kind):
            raise ErasureError("erasure/receipt", member=name)
    if not document["statement"].isascii():
        raise ErasureError("erasure/receipt", member="statement")
    return document


def _gone(item: Any) -> Gone:
    if not isinstance(item, dict) or not {"kind", "digest"} <= set(item) <= _GONE:
        raise ErasureError("erasure/receipt", member="erased")
    index = item.get("index")
    texts = [item[name] for name in item if name != "index"]
    is_placed = type(index) is int if item["kind"] in KINDS else "index" not in item
    if not all(isinstance(text, str) for text in texts) or not is_placed:
        raise ErasureError("erasure/receipt", member="erased")
    return Gone(item["kind"], item["digest"], index, item.get("declaration"))


def _compare(said: Mapping[str, Any], gone: tuple[Gone, ...], listed: bytes, kid: str) -> None:
    expected = {
        "type": ERASURE_TYPE,
        "key": kid,
        "erased": {"count": str(len(gone)), "digest": digest(listed)},
    }
    for name, value in expected.items():
        if said.get(name) != value:
            raise ErasureError("erasure/receipt", member=name)


def _refuse_strange_key(key: dict[str, str], origin: str, policy: Policy | None) -> None:
    """With a policy the statement too must be signed by a log of the policy."""
    public = VerifierKey.of_jwk(origin, key).public
    known = policy is None or any((log.name, log.public) == (origin, public) for log in policy.logs)
    if not known:
        raise LogError("log/unknown-log", origin=origin[:200])
