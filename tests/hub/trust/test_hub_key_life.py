"""The hub's own keys: handed over, retired, revoked; what is believed of each, offline."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hub.kit.clock import now
from hub.kit.database import transaction
from hub.kit.errors import BadInput, Conflict, NotFound
from hub.trust.checkpoints import note_of, sign_newest
from hub.trust.hub_key import hub_signer, make_hub_key, publish_hub_key
from hub.trust.hub_key_life import (
    HAND_OVER_TYPE,
    policy_text,
    retire_hub_key,
    revoke_hub_key,
    rotate_hub_key,
)
from hub.trust.tables import HubKey, LogCheckpoint, LogEntry
from tests.cast import BEIFENG
from tests.hub.trust.conftest import last
from tests.hub.trust.test_checkpoints import sent
from tests.hub.trust.test_fsck import flaws
from tierlight_schemas.envelope import strict_json, verify
from tierlight_schemas.errors import LogError
from tierlight_schemas.log.checkpoints import Checkpoint, sign_checkpoint
from tierlight_schemas.log.entries import entry_of
from tierlight_schemas.log.notes import VerifierKey, read_note
from tierlight_schemas.log.policy import accept, read_policy
from tierlight_schemas.log.proofs import check_proof, read_proof


def policy(session, settings):
    return read_policy(policy_text(session, settings.log_origin).encode())


@pytest.fixture
def rotated(signing, signing_settings, database, tmp_path):
    """A receipt under the old key; then the old key handed over."""
    jws, answer = sent(signing, "PACK-1")
    new = rotate_hub_key(database.write, signing_settings, tmp_path / "new.pem")
    after = signing_settings.model_copy(update={"signing_key_file": tmp_path / "new.pem"})
    assert hub_signer(after).kid == new.kid
    return signing, after, (jws, answer["proof"])


class TestARotation:
    def test_signs_with_the_new_key_at_once(self, rotated):
        signing, after, _ = rotated
        signed = last(signing.session)
        note = note_of(signing.session, signed)
        trusted = accept(note, policy(signing.session, after))
        assert trusted.log.thumbprint == hub_signer(after).kid
        kinds = signing.session.scalars(select(LogEntry.kind).order_by(LogEntry.index)).all()
        assert kinds[-2:] == ["hub-key-add", "hub-key-retire"]
        assert signed.size == len(kinds)

    def test_is_the_old_key_s_own_word(self, rotated, signing_settings):
        signing, after, _ = rotated
        old, new = hub_signer(signing_settings), hub_signer(after)
        said = strict_json(signing.session.get_one(HubKey, new.kid).statement)
        handed = verify(said["handOver"], old.jwk).document
        assert (handed["type"], handed["from"], handed["to"]) == (HAND_OVER_TYPE, old.kid, new.kid)

    def test_leaves_old_proofs_valid(self, rotated):
        signing, after, (jws, proof) = rotated
        entry = entry_of("declaration", jws)
        check_proof(read_proof(proof), entry, policy(signing.session, after))

    def test_does_not_believe_the_old_key_beyond_its_end(self, rotated, signing_settings):
        signing, after, _ = rotated
        old, size = hub_signer(signing_settings), last(signing.session).size
        forged = Checkpoint(after.log_origin, size, last(signing.session).root)
        key = VerifierKey.of_jwk(after.log_origin, old.jwk)
        note = sign_checkpoint(forged, key, old.secret.sign)
        with pytest.raises(LogError, match="log/key-ended"):
            accept(read_note(str(note)), policy(signing.session, after))

    def test_lets_the_hub_sign_nothing_with_the_old_file(self, rotated, signing_settings, database):
        with pytest.raises(Conflict, match="log/hub-key-ended"):
            sign_newest(database.write, signing_settings)
        signing, _, _ = rotated
        refused = signing.submit(BEIFENG, BEIFENG.submission("PACK-2"))
        assert (refused.status_code, refused.json()["code"]) == (409, "log/hub-key-ended")

    def test_is_sound(self, rotated):
        signing, after, _ = rotated
        assert flaws(signing.session, after) == []

    def test_into_a_file_that_is_there_changes_nothing(
        self, signing, signing_settings, database, key_file
    ):
        sent(signing, "PACK-1")
        before = signing.session.query(LogEntry).count()
        with pytest.raises(BadInput, match="statement/hub-key-exists"):
            rotate_hub_key(database.write, signing_settings, key_file)
        assert signing.session.query(LogEntry).count() == before
        sent(signing, "PACK-2")

    def test_can_be_done_again(self, rotated, database, tmp_path):
        signing, after, (jws, proof) = rotated
        rotate_hub_key(database.write, after, tmp_path / "third.pem")
        third = after.model_copy(update={"signing_key_file": tmp_path / "third.pem"})
        found = policy(signing.session, third)
        assert len(found.logs) == 3
        assert len(found.retired) == 2
        check_proof(read_proof(proof), entry_of("declaration", jws), found)

    def test_is_told_where_the_keys_are_published(self, rotated):
        signing, _, _ = rotated
        keys = signing.client.get("/.well-known/tierlight-hub-keys.json").json()["keys"]
        assert [("good_until" in key) for key in keys] == [True, False]


class TestAnEnd:
    def test_of_a_key_that_nobody_knows_is_refused(self, signing, signing_settings):
        for end in (
            lambda: retire_hub_key(signing.session, "x" * 43, "o"),
            lambda: revoke_hub_key(signing.session, "x" * 43, "o", now()),
        ):
            with pytest.raises(NotFound, match="log/hub-key-unknown"):
                end()

    def test_comes_once(self, signing, signing_settings):
        sent(signing, "PACK-1")
        kid = hub_signer(signing_settings).kid
        retire_hub_key(signing.session, kid, signing_settings.log_origin)
        for end in (
            lambda: retire_hub_key(signing.session, kid, "o"),
            lambda: revoke_hub_key(signing.session, kid, "o", now()),
        ):
            with pytest.raises(Conflict, match="log/hub-key-ended"):
                end()

    def test_does_not_lie_ahead(self, signing, signing_settings):
        sent(signing, "PACK-1")
        kid = hub_signer(signing_settings).kid
        with pytest.raises(BadInput, match="trust/revoked-in-future"):
            revoke_hub_key(signing.session, kid, "o", now() + timedelta(days=1))

    def test_by_revocation_reaches_back_to_the_compromise(
        self, signing, signing_settings, database, tmp_path
    ):
        _, early = sent(signing, "PACK-1")
        since = now()
        jws, late = sent(signing, "PACK-2")
        kid = hub_signer(signing_settings).kid
        ended = revoke_hub_key(signing.session, kid, signing_settings.log_origin, since)
        signing.session.commit()
        assert ended.good_until == read_proof(early["proof"]).checkpoint.size
        new = make_hub_key(tmp_path / "new.pem")
        after = signing_settings.model_copy(update={"signing_key_file": tmp_path / "new.pem"})
        with transaction(database.write) as session:
            publish_hub_key(session, new, after.log_origin)
        sign_newest(database.write, after)
        believed, entry = policy(signing.session, after), entry_of("declaration", jws)
        with pytest.raises(LogError, match="log/key-ended"):
            check_proof(read_proof(late["proof"]), entry, believed)
        fresh = signing.client.get(f"/v1/log/proofs/{late['digest']}").text
        check_proof(read_proof(fresh), entry, believed)
        assert flaws(signing.session, after) == []


@pytest.mark.parametrize(
    "lines",
    [
        "retired {key}\nquorum none\n",
        "retired {key} -1\nquorum none\n",
        "retired {key} x\nquorum none\n",
        "retired {key} 1 2\nquorum none\n",
        "retired {key} 1234567890123456789012\nquorum none\n",
        "log {key}\nretired {key} 5\nquorum none\n",
        "retired nonsense 5\nquorum none\n",
    ],
)
def test_a_policy_that_says_an_end_wrongly_is_none(lines):
    key = VerifierKey.of_jwk("hub.test/log", BEIFENG.jwk)
    with pytest.raises(LogError):
        read_policy(lines.format(key=key).encode())


def test_every_checkpoint_ever_signed_is_still_believed(rotated):
    signing, after, _ = rotated
    believed = policy(signing.session, after)
    rows = signing.session.scalars(select(LogCheckpoint)).all()
    assert len(rows) >= 2
    for row in rows:
        accept(read_note(row.note), believed)
