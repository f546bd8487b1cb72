"""Evidence: what an auditor is handed, judged without the hub; and whom it convicts."""

import json
from datetime import timedelta

import pytest

from hub.kit.clock import now
from hub.trust.hub_key import hub_signer, make_hub_key
from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE
from tests.hub.trust.conftest import key_file, policy_of, signing, signing_settings, witness_file
from tests.hub.trust.test_checkpoints import bring, cosigned
from tests.schemas.log.small_log import W1
from tierlight_schemas.build import Predecessor
from tierlight_schemas.envelope import b64url_decode, canonical
from tierlight_schemas.errors import StandardError
from tierlight_schemas.log.evidence import check_evidence, looks_like_evidence

__all__ = ["key_file", "signing", "signing_settings", "witness_file"]


def fetched(world, digest, actor=BEIFENG, **asked):
    answer = world.get(actor, f"/v1/declarations/{digest}/evidence", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.content


@pytest.fixture
def policy(signing_settings):
    return policy_of(signing_settings)


class TestEvidence:
    @pytest.mark.parametrize("actor", [BEIFENG, CELLWERK], ids=lambda actor: actor.alg)
    def test_holds_for_a_declaration(self, signing, policy, actor):
        digest = signing.declared(actor, "PACK-1")
        data = fetched(signing, digest, actor)
        assert looks_like_evidence(data)
        found = check_evidence(data, policy)
        assert (found.opened.digest, found.opened.kid, found.key) == (digest, actor.kid, "valid")
        assert (found.successor, found.withdrawn) == (None, None)
        assert [shown.entry.kind for shown in found.entries] == ["declaration", "key-add"]
        assert check_evidence(data).log_kid == found.log_kid

    def test_says_what_became_of_it(self, signing, policy):
        first = signing.declared(BEIFENG, "PACK-1")
        second = signing.declared(BEIFENG, "PACK-1", supersedes=Predecessor(first, None))
        signing.post(BEIFENG, f"/v1/declarations/{first}/withdrawal", json={"reason": "a slip"})
        signing.declared(BEIFENG, "PACK-2")
        found = check_evidence(fetched(signing, first), policy)
        assert (found.successor, found.withdrawn) == (second, "a slip")

    def test_goes_up_to_a_chosen_checkpoint(self, signing, policy):
        first = signing.declared(BEIFENG, "PACK-1")
        size = check_evidence(fetched(signing, first), policy).trusted.checkpoint.size
        signing.declared(BEIFENG, "PACK-1", supersedes=Predecessor(first, None))
        found = check_evidence(fetched(signing, first, size=size), policy)
        assert (found.successor, found.trusted.checkpoint.size) == (None, size)
        path = f"/v1/declarations/{first}/evidence"
        assert signing.get(BEIFENG, path, params={"size": size - 1}).status_code == 404

    def test_names_the_witnesses(self, signing, signing_settings):
        digest = signing.declared(BEIFENG, "PACK-1")
        data = fetched(signing, digest)
        needed = policy_of(signing_settings, "quorum W1")
        with pytest.raises(StandardError, match="log/quorum"):
            check_evidence(data, needed)
        bring(signing.client, cosigned(signing.client, W1))
        assert set(check_evidence(fetched(signing, digest), needed).trusted.witnessed) == {"W1"}

    def test_is_for_whom_the_declaration_is(self, signing):
        digest = signing.declared(BEIFENG, "PACK-1")
        hidden = signing.get(FOXGLOVE, f"/v1/declarations/{digest}/evidence")
        absent = signing.get(FOXGLOVE, f"/v1/declarations/{'0' * 64}/evidence")
        assert (hidden.status_code, hidden.content) == (404, absent.content)
        signing.buys(AURORA, "AM-PACK", signing.part(BEIFENG, "PACK-1"))
        signing.grants(BEIFENG, AURORA)
        fetched(signing, digest, AURORA)
        log = signing.get(BEIFENG, "/v1/access-log").json()["items"]
        assert [read["object_id"] for read in log] == [digest]


class TestTheKey:
    def revoke(self, world, since=None):
        body = {"compromised_since": since.isoformat()} if since else {}
        done = world.post(BEIFENG, f"/v1/keys/{BEIFENG.kid}/revocation", json=body)
        assert done.status_code == 200

    def again(self, world, policy, digest):
        world.declared(CELLWERK, "NEXT")  # so that there is a newer checkpoint
        return check_evidence(fetched(world, digest), policy)

    def test_revoked_later_leaves_it_valid(self, signing, policy):
        digest = signing.declared(BEIFENG, "PACK-1")
        self.revoke(signing)
        found = self.again(signing, policy, digest)
        assert [shown.entry.kind for shown in found.entries][1:] == ["key-add", "key-revoke"]
        assert found.key == "valid"

    def test_in_other_hands_since_marks_what_came_after(self, signing, policy):
        before = signing.declared(BEIFENG, "PACK-1")
        since = now()
        after = signing.declared(BEIFENG, "PACK-2")
        self.revoke(signing, since)
        assert self.again(signing, policy, before).key == "valid"
        assert check_evidence(fetched(signing, after), policy).key == "in-doubt"

    def test_in_other_hands_from_the_first_marks_everything(self, signing, policy):
        digest = signing.declared(BEIFENG, "PACK-1")
        self.revoke(signing, now() - timedelta(days=1))
        assert self.again(signing, policy, digest).key == "in-doubt"

    def test_retired_later_leaves_it_valid(self, signing, policy):
        digest = signing.declared(BEIFENG, "PACK-1")
        signing.post(BEIFENG, f"/v1/keys/{BEIFENG.kid}/retirement")
        assert self.again(signing, policy, digest).key == "valid"


class TestChangedEvidence:
    @pytest.fixture
    def data(self, signing):
        return fetched(signing, signing.declared(BEIFENG, "PACK-1"))

    def test_is_refused_at_every_twentieth_byte(self, data, policy):
        for place in range(0, len(data), 20):
            changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
            with pytest.raises(StandardError):
                check_evidence(changed, policy)

    def test_of_another_hub_is_refused(self, data, signing_settings, tmp_path):
        make_hub_key(tmp_path / "other.pem")
        changes = {"signing_key_file": tmp_path / "other.pem"}
        other = policy_of(signing_settings.model_copy(update=changes))
        with pytest.raises(StandardError, match="log/unknown-log"):
            check_evidence(data, other)

    def changed(self, data, change):
        document = json.loads(data)
        change(document)
        return canonical(document)

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            (lambda d: d["entries"].pop(1), "log/standing"),  # the key's history is withheld
            (lambda d: d["entries"].reverse(), "log/evidence"),
            (lambda d: d["entries"].clear(), "log/evidence"),
            (lambda d: d["entries"][0].update(index=0), "log/"),
            (lambda d: d["entries"][0].update(kind="withdrawal"), "log/not-included"),
            (lambda d: d["entries"][0].update(path=[]), "log/path"),
            (lambda d: d["entries"][0].update(body=""), "log/not-included"),
            (lambda d: d["entries"][0].update(index="1"), "log/evidence"),
            (lambda d: d["entries"][0].update(also=1), "log/evidence"),
            (lambda d: d["entries"].append(1), "log/evidence"),
            (lambda d: d.update(standing=1), "log/evidence"),
            (lambda d: d.update(type="tierlight.evidence/2"), "log/evidence"),
            (lambda d: d.pop("logKey"), "log/evidence"),
            (lambda d: d.update(logKey=BEIFENG.jwk), "log/unknown-log"),
            (lambda d: d.update(checkpoint=""), "log/note"),
        ],
    )
    def test_says_what_is_wrong(self, data, policy, change, code):
        with pytest.raises(StandardError, match=code):
            check_evidence(self.changed(data, change), policy)

    def test_signed_by_a_hub_that_hides_a_revocation_convicts_it(
        self, signing, signing_settings, policy
    ):
        """The hub can leave an entry out, but only by signing that there is none."""
        digest = signing.declared(BEIFENG, "PACK-1")
        signing.post(
            BEIFENG,
            f"/v1/keys/{BEIFENG.kid}/revocation",
            json={"compromised_since": (now() - timedelta(days=1)).isoformat()},
        )
        signing.declared(CELLWERK, "NEXT")
        honest = json.loads(fetched(signing, digest))
        said = json.loads(b64url_decode(honest["standing"].split(".")[1]))
        assert honest["entries"].pop()["kind"] == "key-revoke"
        hidden = said["entries"].pop()
        honest["standing"] = hub_signer(signing_settings).sign(canonical(said)).decode()
        assert check_evidence(canonical(honest), policy).key == "valid"
        # Whoever reads the log sees at that place what the hub has signed away.
        entries = signing.client.get("/v1/log/entries", params={"start": hidden}).json()["items"]
        assert entries[0]["kind"] == "key-revoke"
        assert said["size"] > hidden

    def test_that_pins_another_schema_is_refused(self, signing, policy):
        document = BEIFENG.built("PACK-1").document
        document["credentialSchema"]["digestSHA256"] = "0" * 64
        answer = signing.submit(BEIFENG, BEIFENG.packed_document(document))
        assert answer.status_code == 201
        with pytest.raises(StandardError, match="log/schema"):
            check_evidence(fetched(signing, answer.json()["digest"]), policy)
