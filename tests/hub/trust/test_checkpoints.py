"""Receipts with proofs, and the log over HTTP: everything is checked as a reader would."""

import json

import pytest
from sqlalchemy import select

from hub.trust.checkpoints import sign_newest
from hub.trust.tables import LogCheckpoint, LogEntry, LogNode
from hub.trust.tree import root_at
from tests.cast import BEIFENG, CELLWERK, FOXGLOVE
from tests.hub.trust.conftest import last, policy_of
from tests.schemas.log.small_log import TIME, W1, W2, W3
from tierlight_schemas.envelope import digest, unpack_submission
from tierlight_schemas.errors import LogError
from tierlight_schemas.log.checkpoints import checkpoint_of, cosign
from tierlight_schemas.log.entries import Entry, entry_of
from tierlight_schemas.log.notes import read_note
from tierlight_schemas.log.policy import accept
from tierlight_schemas.log.proofs import check_proof, read_proof
from tierlight_schemas.log.tree import check_consistency, root, root_of_inclusion


def sent(world, number, actor=BEIFENG):
    """A submission's JWS and the answer to it."""
    submission = actor.submission(number)
    answer = world.submit(actor, submission)
    assert answer.status_code == 201, answer.text
    return unpack_submission(submission)[0], answer.json()


def proven(world, settings, jws, proof, *lines):
    return check_proof(read_proof(proof), entry_of("declaration", jws), policy_of(settings, *lines))


class TestAReceipt:
    def test_comes_with_the_proof_of_its_place(self, signing, signing_settings):
        jws, answer = sent(signing, "PACK-1")
        found = proven(signing, signing_settings, jws, answer["proof"])
        assert found.index == answer["receipt"]["index"]
        assert answer["receipt"]["envelope"] == digest(jws)

    def test_of_an_es256_signature_too(self, signing, signing_settings):
        jws, answer = sent(signing, "CELL-1", CELLWERK)
        proven(signing, signing_settings, jws, answer["proof"])

    def test_asked_for_again_is_proven_again(self, signing, signing_settings):
        submission = BEIFENG.submission("PACK-1")
        first = signing.submit(BEIFENG, submission).json()
        sent(signing, "PACK-2")
        again = signing.submit(BEIFENG, submission)
        assert (again.status_code, again.json()["receipt"]) == (200, first["receipt"])
        jws = unpack_submission(submission)[0]
        found = proven(signing, signing_settings, jws, again.json()["proof"])
        assert found.trusted.checkpoint.size > read_proof(first["proof"]).checkpoint.size

    def test_of_every_line_comes_with_its_proof(self, signing, signing_settings):
        lines = [BEIFENG.submission(f"PART-{n}") for n in range(3)]
        answers = signing.submit_lines(BEIFENG, *lines, b"{}").text.splitlines()
        *stored, refused = (json.loads(answer) for answer in answers)
        assert "proof" not in refused
        for line, answer in zip(lines, stored, strict=True):
            proven(signing, signing_settings, unpack_submission(line)[0], answer["proof"])

    def test_of_a_hub_without_a_key_has_none(self, world):
        assert "proof" not in sent(world, "PACK-1")[1]
        assert world.client.get("/v1/log/checkpoint").status_code == 404

    def test_is_read_by_whom_the_declaration_is(self, signing, signing_settings):
        jws, answer = sent(signing, "PACK-1")
        path = f"/v1/declarations/{answer['digest']}/proof"
        found = proven(signing, signing_settings, jws, signing.get(BEIFENG, path).text)
        assert found.index == answer["receipt"]["index"]
        hidden = signing.get(FOXGLOVE, path)
        absent = signing.get(FOXGLOVE, f"/v1/declarations/{'0' * 64}/proof")
        assert (hidden.status_code, hidden.content) == (404, absent.content)


class TestTheTree:
    def test_is_that_of_all_entries(self, signing):
        for number in range(6):
            sent(signing, f"PART-{number}")
        rows = signing.session.scalars(select(LogEntry).order_by(LogEntry.index)).all()
        size = len(rows)
        expected = root([Entry(row.kind, row.digest).leaf for row in rows])
        assert root_at(signing.session, size) == expected
        nodes = signing.session.scalars(select(LogNode)).all()
        assert len(nodes) == size - size.bit_count()
        assert last(signing.session).root == expected

    def test_is_not_grown_by_what_was_undone(self, signing):
        before = signing.session.query(LogNode).count()
        assert signing.submit(BEIFENG, b"{}").status_code == 400
        assert signing.session.query(LogNode).count() == before


class TestOverHttp:
    @pytest.fixture
    def log(self, signing):
        for number in range(5):
            sent(signing, f"PART-{number}")
        return signing.client

    def test_the_checkpoint_is_the_logs(self, log, signing_settings):
        note = read_note(log.get("/v1/log/checkpoint").text)
        trusted = accept(note, policy_of(signing_settings))
        assert trusted.checkpoint.origin == "hub.test/log"
        said = log.get("/v1/log").json()
        assert said["size"] == said["signed_size"] == trusted.checkpoint.size
        assert str(policy_of(signing_settings).logs[0]) in said["keys"]
        again = log.get(f"/v1/log/checkpoints/{trusted.checkpoint.size}").text
        assert read_note(again) == note

    def test_the_entries_lead_to_the_root(self, log):
        said = log.get("/v1/log/entries", params={"limit": 1000}).json()
        checkpoint = checkpoint_of(read_note(log.get("/v1/log/checkpoint").text))
        leaves = [Entry(item["kind"], item["digest"]).leaf for item in said["items"]]
        assert [leaf.hex() for leaf in leaves] == [item["leaf"] for item in said["items"]]
        assert root(leaves[: checkpoint.size]) == checkpoint.root

    def test_entries_hold_no_content(self, log):
        (item, *_) = log.get("/v1/log/entries").json()["items"]
        assert set(item) == {"index", "kind", "digest", "leaf"}

    def test_every_entry_is_proven_at_every_size(self, log):
        size = log.get("/v1/log").json()["size"]
        for at in (1, 2, size // 2, size):
            for index in range(at):
                said = log.get("/v1/log/inclusion", params={"index": index, "size": at}).json()
                steps = [bytes.fromhex(step) for step in said["path"]]
                found = root_of_inclusion(index, at, bytes.fromhex(said["leaf"]), steps)
                assert found.hex() == said["root"]

    def test_every_past_is_proven(self, log):
        size = log.get("/v1/log").json()["size"]
        for old in range(size + 1):
            said = log.get("/v1/log/consistency", params={"old": old, "new": size}).json()
            steps = [bytes.fromhex(step) for step in said["path"]]
            old_root, new_root = (bytes.fromhex(said[f"{name}_root"]) for name in ("old", "new"))
            check_consistency(old, size, old_root, new_root, steps)

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("inclusion?index=9999&size=3", 400),
            ("inclusion?index=3&size=3", 400),
            ("inclusion?index=-1&size=3", 400),
            ("inclusion?index=0", 400),
            ("consistency?old=9&new=3", 400),
            ("consistency?old=1&new=x", 400),
            ("entries?limit=1001", 400),
            ("entries?start=-1", 400),
            ("checkpoints/9999999", 404),
            ("checkpoints/x", 404),
            ("checkpoints/²", 404),
            (f"proofs/{'0' * 64}", 404),
        ],
    )
    def test_what_is_not_there_is_refused(self, log, path, status):
        assert log.get(f"/v1/log/{path}").status_code == status


def cosigned(client, *witnesses):
    note = read_note(client.get("/v1/log/checkpoint").text)
    lines = [cosign(note, w.key, TIME, w.secret.sign) for w in witnesses]
    return note.with_signatures(lines)


def bring(client, note):
    body = note if isinstance(note, bytes) else str(note).encode()
    return client.post("/v1/log/cosignatures", content=body, headers={"Content-Type": "text/plain"})


class TestCosignatures:
    QUORUM = ("group both all W1 W2", "quorum both")

    def test_are_served_with_checkpoint_and_proof(self, signing, signing_settings):
        jws, answer = sent(signing, "PACK-1")
        with pytest.raises(LogError, match="log/quorum"):
            proven(signing, signing_settings, jws, answer["proof"], *self.QUORUM)
        done = bring(signing.client, cosigned(signing.client, W1, W2))
        assert (done.status_code, done.json()) == (201, {"kept": 2})
        sent(signing, "PACK-2")  # nobody has seen the next checkpoint
        proof = signing.client.get(f"/v1/log/proofs/{answer['digest']}").text
        found = proven(signing, signing_settings, jws, proof, *self.QUORUM)
        assert found.trusted.witnessed == {"W1": TIME, "W2": TIME}

    def test_are_kept_once(self, signing):
        sent(signing, "PACK-1")
        note = cosigned(signing.client, W1)
        assert [bring(signing.client, note).json()["kept"] for _ in range(2)] == [1, 0]

    def test_of_a_known_size_and_another_root_are_refused(self, signing):
        sent(signing, "PACK-1")
        note = cosigned(signing.client)
        wrong = read_note(str(note).replace("hub.test/log\n", "else/log\n", 1))
        line = cosign(wrong, W1.key, TIME, W1.secret.sign)
        answer = bring(signing.client, wrong.with_signatures([line]))
        assert (answer.status_code, answer.json()["code"]) == (400, "log/no-checkpoint")

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            (lambda note: note, "log/unknown-witness"),
            (lambda note: note.with_signatures(cosigned_by(note, W3)), "log/unknown-witness"),
            (lambda note: str(note).encode() + _forged(note), "log/cosignature"),
            (lambda note: b"nothing", "log/note"),
            (lambda note: b"a\n\n" + b"\xe2\x80\x94 a AAAAAAA=\n", "log/checkpoint"),
        ],
    )
    def test_of_anybody_else_are_refused(self, signing, change, code):
        sent(signing, "PACK-1")
        answer = bring(signing.client, change(cosigned(signing.client)))
        assert (answer.status_code, answer.json()["code"]) == (400, code)


def cosigned_by(note, party):
    return [cosign(note, party.key, TIME, party.secret.sign)]


def _forged(note):
    line = cosign(note, W1.key, TIME, W2.secret.sign)
    return str(line).encode()


class TestSigning:
    def test_is_done_once_for_a_size(self, signing, signing_settings, database):
        sent(signing, "PACK-1")
        for _ in range(3):
            sign_newest(database.write, signing_settings)
        sizes = signing.session.scalars(select(LogCheckpoint.size)).all()
        assert len(sizes) == len(set(sizes))
        assert max(sizes) == signing.client.get("/v1/log").json()["size"]

    def test_covers_what_else_was_logged(self, signing, signing_settings, database):
        digest = sent(signing, "PACK-1")[1]["digest"]
        signing.grants(BEIFENG, CELLWERK)
        path = f"/v1/declarations/{digest}/withdrawal"
        signing.post(BEIFENG, path, json={"reason": "wrong"})
        sign_newest(database.write, signing_settings)
        kinds = [item["kind"] for item in signing.client.get("/v1/log/entries").json()["items"]]
        assert kinds[-2:] == ["consent-grant", "withdrawal"]
        assert last(signing.session).size == len(kinds)
