"""A hub that is killed keeps record, tree and receipt together, or none of them."""

import subprocess
import sys

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from hub.declarations.queries import logged
from hub.declarations.tables import AnnexRow, DeclarationRow
from hub.kit.database import transaction
from hub.main import create_app
from hub.trust.checkpoints import sign_newest
from hub.trust.fsck import inspect
from hub.trust.hub_key import hub_signer, make_hub_key
from hub.trust.log import log_size
from hub.trust.tables import LogEntry, Receipt
from hub.trust.tree import root_at
from tests.cast import BEIFENG
from tests.conftest import ROOT, settings_for
from tests.hub.conftest import enrol
from tests.hub.trust.conftest import kept, last
from tierlight_schemas.envelope import unpack_submission
from tierlight_schemas.log.entries import entry_of
from tierlight_schemas.log.notes import VerifierKey
from tierlight_schemas.log.policy import Policy
from tierlight_schemas.log.proofs import check_proof, read_proof

LEFT_BEHIND = (DeclarationRow, Receipt, AnnexRow)


@pytest.fixture
def member(own_database, signing_settings):
    with transaction(own_database.write) as session:
        member = enrol(session, BEIFENG)
    sign_newest(own_database.write, signing_settings)  # so that the hub's key is recorded
    own_database.engine.dispose()
    return member


@pytest.fixture
def signing_settings(own_url, tmp_path):
    make_hub_key(tmp_path / "key.pem")
    return settings_for(own_url).model_copy(update={"signing_key_file": tmp_path / "key.pem"})


@pytest.fixture
def dying_hub(own_url, signing_settings):
    """Starts a hub that dies at a moment of its nth commit; returns its URL."""
    processes = []
    hub = [sys.executable, "-m", "tests.hub.declarations.dying_hub", own_url]
    key = str(signing_settings.signing_key_file)

    def start(moment, nth=1):
        process = subprocess.Popen(
            [*hub, moment, key, str(nth)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        assert process.stdout
        return process, process.stdout.readline().strip()

    yield start
    for process in processes:
        process.kill()
        process.communicate(timeout=10)


def submit(url, member, submission):
    headers = member.headers | {"Content-Type": "application/json"}
    return httpx.post(f"{url}/v1/declarations", content=submission, headers=headers, timeout=30)


@pytest.fixture
def restart(own_database, signing_settings):
    """The hub again, in memory; it may be asked once more."""
    with TestClient(create_app(signing_settings, own_database), base_url="http://hub") as client:
        yield client


def submit_again(client, member, submission):
    headers = member.headers | {"Content-Type": "application/json"}
    return client.post("/v1/declarations", content=submission, headers=headers)


def assert_whole(database, settings, submission, answer):
    """Tree, checkpoint and file say the same, and the proof holds for these very bytes."""
    proof = read_proof(answer["proof"])
    log = VerifierKey.of_jwk(settings.log_origin, hub_signer(settings).jwk)
    entry = entry_of("declaration", unpack_submission(submission)[0])
    found = check_proof(proof, entry, Policy((log,)))
    assert found.index == answer["receipt"]["index"]
    with database.read() as session:
        size = log_size(session)
        assert root_at(session, size) == found.trusted.checkpoint.root == last(session).root
        assert list(inspect(session, settings, logged(session))) == []
    assert kept(settings).checkpoint == found.trusted.checkpoint


def left_behind(database):
    with database.read() as session:
        return [
            session.scalar(select(func.count()).select_from(table)) for table in LEFT_BEHIND
        ] + [session.scalar(select(func.count()).where(LogEntry.kind == "declaration"))]


class TestAKilledHub:
    def crash(self, dying_hub, moment, member, submission, nth=1):
        process, url = dying_hub(moment, nth)
        with pytest.raises(httpx.TransportError):
            submit(url, member, submission)
        assert process.wait(10) == -9

    def test_after_the_commit_has_record_and_receipt(
        self, dying_hub, member, own_database, start_hub
    ):
        submission = BEIFENG.submission("PACK-1", **{"stage:all": "12.50"})
        self.crash(dying_hub, "after_commit", member, submission)
        assert left_behind(own_database) == [1, 1, 1, 1]
        with own_database.read() as session:
            kept = session.scalars(select(Receipt)).one()
            row = session.scalars(select(DeclarationRow)).one()
        assert (kept.digest, kept.log_index) == (row.digest, row.log_index)

        hub = start_hub()
        answer = submit(hub.url, member, submission)
        assert (answer.status_code, answer.json()["status"]) == (200, "known")
        receipt = httpx.get(
            f"{hub.url}/v1/declarations/{row.digest}/receipt", headers=member.headers
        )
        assert receipt.content == kept.body
        assert left_behind(own_database) == [1, 1, 1, 1]

    @pytest.mark.parametrize(
        ("moment", "nth", "status"),
        [
            ("before_commit", 1, "stored"),
            ("after_commit", 1, "known"),
            ("before_commit", 2, "known"),
            ("after_commit", 2, "known"),
        ],
    )
    def test_around_either_commit_proves_it_when_asked_again(
        self, dying_hub, member, own_database, signing_settings, restart, moment, nth, status
    ):
        """2: the file of the head is written, the checkpoint not yet, or not yet answered."""
        submission = BEIFENG.submission("PACK-1", **{"stage:all": "12.50"})
        self.crash(dying_hub, moment, member, submission, nth)
        answer = submit_again(restart, member, submission).json()
        assert answer["status"] == status
        assert left_behind(own_database) == [1, 1, 1, 1]
        assert_whole(own_database, signing_settings, submission, answer)

    def test_before_the_commit_has_neither(self, dying_hub, member, own_database, start_hub):
        submission = BEIFENG.submission("PACK-1", **{"stage:all": "12.50"})
        self.crash(dying_hub, "before_commit", member, submission)
        assert left_behind(own_database) == [0, 0, 0, 0]

        answer = submit(start_hub().url, member, submission)
        assert (answer.status_code, answer.json()["status"]) == (201, "stored")
        assert left_behind(own_database) == [1, 1, 1, 1]
