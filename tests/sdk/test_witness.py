"""`tierlight witness`: visits hubs, answers logs, keeps its memory, and refuses what it must."""

import json
import threading
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy import select

from hub.kit.clock import now
from hub.kit.database import transaction
from hub.kit.outbound import Outbound
from hub.trust.checkpoints import newest, proof_of, sign_newest
from hub.trust.hub_key import hub_signer, make_hub_key
from hub.trust.log import append
from hub.trust.tables import LogCosignature
from hub.trust.witnesses import ask_witnesses
from tests.conftest import settings_for
from tests.schemas.log.small_log import LOG, Party, SmallLog
from tierlight import ConfigurationError, FileSigner
from tierlight.witness_server import serve
from tierlight.witnessing import Memory, Witness
from tierlight_schemas.errors import LogError
from tierlight_schemas.log.checkpoints import cosigned_at, sign_checkpoint
from tierlight_schemas.log.entries import Entry
from tierlight_schemas.log.notes import VerifierKey, read_note, read_signatures
from tierlight_schemas.log.policy import Policy
from tierlight_schemas.log.witness import AddCheckpoint

NAME = "witness.example/w1"
LOGS = Policy((LOG.key,))
SMALL, LARGE = SmallLog.of(5), SmallLog.of(12)
FORKED = SmallLog([*SMALL.entries[:4], *(Entry("declaration", f"{n:064}") for n in range(8))])


@pytest.fixture
def memory(tmp_path):
    made = Memory(tmp_path / "state.json")
    made.create()
    return made


@pytest.fixture
def witness(memory):
    return Witness(NAME, FileSigner.generate(), memory, LOGS, clock=lambda: 1_790_000_000.9)


def asked(log, old, size=None):
    size = len(log.entries) if size is None else size
    return AddCheckpoint(old, log.path(old, size), log.note(size))


def add(witness, *request):
    return witness.add_checkpoint(str(asked(*request)).encode())


class TestAddCheckpoint:
    def test_is_answered_with_the_line(self, witness):
        answer = add(witness, SMALL, 0)
        (line,) = read_signatures(answer.body)
        assert answer.status == 200
        assert cosigned_at(SMALL.note(), line, witness.key) == 1_790_000_000
        assert add(witness, LARGE, 5).status == 200
        assert add(witness, LARGE, 12).status == 200

    @pytest.mark.parametrize(
        ("request_", "status", "body"),
        [
            ((SMALL, 4, 5), 409, "5\n"),
            ((LARGE, 0), 409, "5\n"),
            ((SMALL, 3, 3), 409, "5\n"),  # rolled back
            ((FORKED, 5, 5), 409, "log/fork\n"),
            ((FORKED, 5), 422, "log/inconsistent\n"),
            ((SmallLog.of(9, type(LOG)(LOG.name, 77, 1)), 5), 403, "log/unknown-log\n"),
            ((SmallLog.of(9, type(LOG)("else/log", 77, 1)), 5), 404, "log/unknown-log\n"),
        ],
    )
    def test_is_refused_as_the_protocol_says(self, witness, request_, status, body):
        add(witness, SMALL, 0)
        answer = add(witness, *request_)
        assert (answer.status, answer.body) == (status, body)
        assert (answer.media_type == "text/x.tlog.size") is (body == "5\n")
        assert add(witness, LARGE, 5).status == 200  # nothing of it was remembered

    @pytest.mark.parametrize("body", [b"", b"old 0\n\nnothing", b"\xff" * 99, b"old 1\n\n" * 9])
    def test_of_other_bytes_is_a_bad_request(self, witness, body):
        assert witness.add_checkpoint(body).status == 400

    def test_of_a_wrong_path_is_refused(self, witness):
        add(witness, SMALL, 0)
        request = AddCheckpoint(5, LARGE.path(5, 12)[:-1], LARGE.note())
        assert witness.add_checkpoint(str(request).encode()).status == 422


class TestTheMemory:
    def test_outlives_the_witness(self, memory, witness):
        add(witness, LARGE, 0)
        again = Witness(NAME, FileSigner.generate(), memory, LOGS)
        with pytest.raises(LogError, match="log/rollback"):
            again.cosign(asked(SMALL, 5, 5))

    def test_that_is_missing_is_not_made_by_itself(self, tmp_path):
        witness = Witness(NAME, FileSigner.generate(), Memory(tmp_path / "none.json"), LOGS)
        with pytest.raises(ConfigurationError, match="sdk/witness-state"):
            witness.cosign(asked(SMALL, 0))

    @pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"a":"b"}', b"\xff"])
    def test_that_cannot_be_read_stops_it(self, memory, witness, tmp_path, content):
        (tmp_path / "state.json").write_bytes(content)
        with pytest.raises(ConfigurationError, match="sdk/witness-state"):
            witness.cosign(asked(SMALL, 0))
        assert (tmp_path / "state.json").read_bytes() == content

    def test_of_another_log_under_this_name_stops_it(self, witness, tmp_path):
        (tmp_path / "state.json").write_text(json.dumps({"else/log": str(SMALL.note())}))
        with pytest.raises(ConfigurationError):
            witness.cosign(asked(SMALL, 0))

    def test_is_not_begun_twice(self, memory):
        with pytest.raises(ConfigurationError, match="sdk/witness-state-exists"):
            memory.create()

    def test_is_written_before_the_signature_leaves(self, memory, tmp_path):
        class Broken(FileSigner):
            def sign(self, data):
                raise SystemExit

        signer = Broken(FileSigner.generate()._key)
        with pytest.raises(SystemExit):
            Witness(NAME, signer, memory, LOGS).cosign(asked(SMALL, 0))
        assert json.loads((tmp_path / "state.json").read_bytes()) == {LOG.name: str(SMALL.note())}

    def test_holds_for_many_at_once(self, witness):
        """Sizes come in any order; whatever was cosigned last is what is remembered."""
        logs = SmallLog.of(40)
        seen = []

        def visit(size):
            old = 0
            for _ in range(60):
                answer = add(witness, logs, old, size) if old <= size else None
                if answer is None or answer.status == 200:
                    seen.append(size if answer else None)
                    return
                old = int(answer.body)

        threads = [threading.Thread(target=visit, args=(size,)) for size in range(1, 41)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert 40 in seen
        assert add(witness, logs, 40).status == 200


@contextmanager
def listening(witness):
    server = serve(witness, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


class TestAListeningWitness:
    def test_answers_over_http(self, witness):
        with listening(witness) as url, httpx.Client() as client:
            body = str(asked(SMALL, 0)).encode()
            answer = client.post(f"{url}/add-checkpoint", content=body)
            assert answer.status_code == 200
            assert read_signatures(answer.text)[0].is_of(witness.key)
            refused = client.post(f"{url}/add-checkpoint", content=body)
            assert (refused.status_code, refused.text) == (409, "5\n")
            assert refused.headers["content-type"] == "text/x.tlog.size"

    def test_takes_nothing_else(self, witness):
        with listening(witness) as url, httpx.Client() as client:
            assert client.get(url).status_code == 501
            assert client.post(f"{url}/other", content=b"x").status_code == 404
            long = client.post(f"{url}/add-checkpoint", content=b"x" * 70_000)
            assert long.status_code == 400

    def test_without_memory_cosigns_nothing(self, witness, tmp_path):
        (tmp_path / "state.json").unlink()
        with listening(witness) as url, httpx.Client() as client:
            answer = client.post(f"{url}/add-checkpoint", content=str(asked(SMALL, 0)).encode())
            assert answer.status_code == 500


class TestAHubThatAsks:
    @pytest.fixture
    def settings(self, own_url, tmp_path):
        make_hub_key(tmp_path / "hub.pem")
        changes = {
            "signing_key_file": tmp_path / "hub.pem",
            "log_policy_file": tmp_path / "hub.policy",
        }
        return settings_for(own_url).model_copy(update=changes)

    @pytest.fixture
    def watching(self, settings, memory):
        logs = Policy((VerifierKey.of_jwk(settings.log_origin, hub_signer(settings).jwk),))
        return Witness(NAME, FileSigner.generate(), memory, logs)

    def grow(self, database, settings, *names):
        with transaction(database.write) as session:
            for name in names:
                append(session, "declaration", f"{name:0>64}", now())
        sign_newest(database.write, settings)

    def ask(self, database, settings):
        outbound = Outbound(loopback=True)
        return [asked.refusal for asked in ask_witnesses(database.write, settings, outbound)]

    def test_gets_and_keeps_the_cosignature(self, own_database, settings, watching):
        with listening(watching) as url:
            settings.log_policy_file.write_text(f"witness W {watching.key} {url}\nquorum none\n")
            for names in ("abc", "d", "efgh"):
                self.grow(own_database, settings, *names)
                assert self.ask(own_database, settings) == [None]
        with own_database.read() as session:
            assert "witness.example/w1" in (proof_of(session, 0) or "")
            sizes = session.scalars(select(LogCosignature.size).order_by(LogCosignature.size))
            assert list(sizes) == [4, 5, 9]

    def test_that_forgot_what_a_witness_saw_is_told_so(self, own_database, settings, watching):
        with listening(watching) as url:
            settings.log_policy_file.write_text(f"witness W {watching.key} {url}\nquorum none\n")
            self.grow(own_database, settings, "a")
            note = checkpoint_in(own_database)
            watching.cosign(AddCheckpoint(0, (), note))  # brought to it by somebody else
            self.grow(own_database, settings, "b")
            assert self.ask(own_database, settings) == [None]

    def test_that_was_rolled_back_is_refused(self, own_database, settings, watching, tmp_path):
        with listening(watching) as url:
            settings.log_policy_file.write_text(f"witness W {watching.key} {url}\nquorum none\n")
            self.grow(own_database, settings, "a")
            party = Party(settings.log_origin, 0, 1)
            larger = SmallLog.of(9, party).checkpoint()
            key = VerifierKey.of_jwk(settings.log_origin, hub_signer(settings).jwk)
            note = sign_checkpoint(larger, key, hub_signer(settings).secret.sign)
            watching.cosign(AddCheckpoint(0, (), note))
            (refusal,) = self.ask(own_database, settings)
        assert refusal == "log/witness-refused"

    def test_of_a_witness_that_does_not_answer_says_so(self, own_database, settings, watching):
        line = f"witness W {watching.key} http://127.0.0.1:65533\nquorum none\n"
        settings.log_policy_file.write_text(line)
        self.grow(own_database, settings, "a")
        (refusal,) = self.ask(own_database, settings)
        assert refusal == "hub/outbound-unreachable"


def checkpoint_in(database):
    with database.read() as session:
        found = newest(session)
        assert found is not None
        return read_note(found.note)


class TestTheCommand:
    def test_prints_the_key_for_policies(self, desk):
        desk.run("keygen", "--out", desk.folder / "w.pem")
        ran = desk.run("witness", "--key", desk.folder / "w.pem", "--name", NAME, "--print-key")
        assert (ran.status, VerifierKey.read(ran.out.strip()).name) == (0, NAME)

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ((), "--policy"),
            (("--policy", "policy"), ""),
            (("--policy", "nowhere"), "nowhere"),
            (("--policy", "policy", "--url", "http://127.0.0.1:9"), "127.0.0.1:9"),
            (("--policy", "policy", "--listen", "nowhere"), "HOST:PORT"),
        ],
    )
    def test_says_what_is_missing(self, desk, options, words):
        desk.run("keygen", "--out", desk.folder / "w.pem")
        (desk.folder / "policy").write_text(f"log {LOG.key}\nquorum none\n")
        state = ("--state", desk.folder / "s.json", "--new-state")
        placed = [desk.folder / o if o in ("policy", "nowhere") else o for o in options]
        ran = desk.run("witness", "--key", desk.folder / "w.pem", "--name", NAME, *state, *placed)
        assert words in ran.err
        assert ran.status == (4 if "--url" in options else int(bool(words)))
