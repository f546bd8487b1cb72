"""A stranger's document with any one byte changed is refused, and by a fitting code."""

import pytest

from hub.declarations.usecases import receive
from hub.kit.errors import HubError
from tests.cast import BEIFENG, CELLWERK
from tierlight_schemas.catalogue import CODES
from tierlight_schemas.envelope import b64url_decode, b64url_encode, pack_submission

ENVELOPE_CODES = {
    "header": {
        "door/base64url",
        "door/jws-shape",
        "door/jws-header",
        "door/jws-algorithm",
        "door/not-canonical",
        "door/not-utf8",
        "trust/unknown-key",
        "trust/bad-signature",
    },
    "signature": {
        "door/base64url",
        "door/jws-shape",
        "door/jws-signature-length",
        "trust/bad-signature",
    },
}


def refusal(session, settings, jws):
    with session.begin_nested() as savepoint:
        try:
            receive(session, None, pack_submission(jws), by="test", settings=settings)
        except HubError as error:
            return error.code
        finally:
            savepoint.rollback()
    return None


def flips(data):
    """Every byte changed once: to its neighbour, which is often a plausible character."""
    for position in range(len(data)):
        yield position, data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]


@pytest.fixture(params=[BEIFENG, CELLWERK], ids=["Ed25519", "ES256"])
def jws(request):
    actor = request.param
    return actor.sign(actor.built("PART-1").payload).encode()


class TestOneByteChanged:
    def test_in_the_envelope(self, members, session, settings, jws):
        ends = [jws.index(b"."), jws.rindex(b".")]
        for position, changed in flips(jws):
            code = refusal(session, settings, changed)
            assert code in CODES, (position, code)
            if position < ends[0]:
                assert code in ENVELOPE_CODES["header"] | {"door/json-invalid"}, (position, code)
            if position > ends[1]:
                assert code in ENVELOPE_CODES["signature"], (position, code)

    def test_in_the_signed_document(self, members, session, settings, jws):
        header, payload, signature = jws.split(b".")
        for position, changed in flips(b64url_decode(payload)):
            forged = b".".join([header, b64url_encode(changed).encode(), signature])
            code = refusal(session, settings, forged)
            assert code in CODES, (position, code)
            assert code.startswith(("door/", "document/", "trust/bad-signature")), (position, code)

    def test_unchanged_is_accepted(self, members, session, settings, jws):
        assert refusal(session, settings, jws) is None
