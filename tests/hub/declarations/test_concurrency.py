"""Many senders at once: the log stays without gaps, and one declaration stays one."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from hub.declarations.usecases import receive, receive_and_prove
from hub.kit.database import transaction
from hub.kit.errors import HubError
from hub.trust.hub_key import hub_signer, make_hub_key
from hub.trust.log import log_size
from hub.trust.tables import Key, LogEntry
from hub.trust.tree import consistency_path, root_at
from hub.trust.usecases import revoke_key
from tests.cast import BEIFENG, CELLWERK
from tests.conftest import settings_for
from tests.hub.conftest import enrol
from tierlight_schemas.build import Predecessor
from tierlight_schemas.envelope import digest, unpack_submission
from tierlight_schemas.log.entries import entry_of
from tierlight_schemas.log.notes import VerifierKey
from tierlight_schemas.log.policy import Policy
from tierlight_schemas.log.proofs import check_proof, read_proof
from tierlight_schemas.log.tree import check_consistency

THREADS = 8


@pytest.fixture
def send(own_database, own_url):
    """Receives a submission in a transaction of its own: status, or code of the refusal."""
    with transaction(own_database.write) as session:
        for actor in (BEIFENG, CELLWERK):
            enrol(session, actor)
    settings = settings_for(own_url)

    def one(submission):
        try:
            with transaction(own_database.write) as session:
                return receive(session, None, submission, by="test", settings=settings)
        except HubError as error:
            return error.code

    return one


def at_once(send, submissions):
    """All of them, from so many threads that start together."""
    start = threading.Barrier(THREADS)

    def sender(mine):
        start.wait()
        return [send(submission) for submission in mine]

    shares = [submissions[number::THREADS] for number in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        return [verdict for verdicts in pool.map(sender, shares) for verdict in verdicts]


def indices(database):
    with database.read() as session:
        return list(session.scalars(select(LogEntry.index).order_by(LogEntry.index)))


class TestEightSendersAtOnceAtAHubThatSigns:
    def test_each_get_a_proof_of_one_and_the_same_log(self, send, own_database, own_url, tmp_path):
        make_hub_key(tmp_path / "key.pem")
        changes = {"signing_key_file": tmp_path / "key.pem"}
        settings = settings_for(own_url).model_copy(update=changes)
        log = Policy((VerifierKey.of_jwk(settings.log_origin, hub_signer(settings).jwk),))
        submissions = [
            (BEIFENG if number % 2 else CELLWERK).submission(f"PART-{number}")
            for number in range(THREADS * 4)
        ]

        def prove(submission):
            verdict = receive_and_prove(
                own_database.write, None, submission, by="test", settings=settings
            )
            entry = entry_of("declaration", unpack_submission(submission)[0])
            assert verdict.proof
            return check_proof(read_proof(verdict.proof), entry, log).trusted.checkpoint

        seen = {found.size: found.root for found in at_once(prove, submissions)}
        with own_database.read() as session:
            size = log_size(session)
            assert indices(own_database) == list(range(size))
            for old, root in sorted(seen.items()):
                assert root_at(session, old) == root
                steps = consistency_path(session, old, size)
                check_consistency(old, size, root, root_at(session, size), steps)


class TestEightSendersAtOnce:
    def test_fill_the_log_without_gaps(self, send, own_database):
        submissions = [
            (BEIFENG if number % 2 else CELLWERK).submission(f"PART-{number}")
            for number in range(THREADS * 5)
        ]
        verdicts = at_once(send, submissions)
        assert Counter(verdict.status for verdict in verdicts) == {"stored": len(submissions)}
        found = indices(own_database)
        assert found == list(range(len(submissions) + 2))  # the keys of both come first

    def test_leave_no_gap_where_some_are_refused(self, send, own_database):
        submissions = [
            BEIFENG.submission(f"PART-{number}") if number % 2 else b"{}"
            for number in range(THREADS * 4)
        ]
        verdicts = at_once(send, submissions)
        assert verdicts.count("door/submission") == len(submissions) // 2
        found = indices(own_database)
        assert found == list(range(len(submissions) // 2 + 2))

    def test_store_the_same_declaration_once(self, send, own_database):
        verdicts = at_once(send, [BEIFENG.submission("PACK-1")] * THREADS)
        statuses = Counter(verdict.status for verdict in verdicts)
        assert statuses == {"stored": 1, "known": THREADS - 1}
        assert len({verdict.receipt for verdict in verdicts}) == 1
        assert len(indices(own_database)) == 3

    def test_do_not_fork_a_chain(self, send):
        first = BEIFENG.built("PACK-1")
        send(BEIFENG.packed(first))
        predecessor = Predecessor(digest(first.payload), None)
        rivals = [
            BEIFENG.submission("PACK-1", kgco2e=f"11.{number}", supersedes=predecessor)
            for number in range(THREADS)
        ]
        outcomes = Counter(
            verdict if isinstance(verdict, str) else verdict.status
            for verdict in at_once(send, rivals)
        )
        assert outcomes == {"stored": 1, "door/supersedes-fork": THREADS - 1}

    def test_stand_before_or_after_a_revocation(self, send, own_database):
        """By the log's order: whoever comes after the revocation's entry is refused."""
        with own_database.read() as session:
            company_id = session.get_one(Key, BEIFENG.kid).company_id

        def send_or_revoke(submission):
            if submission is not None:
                return send(submission)
            with transaction(own_database.write) as session:
                revoke_key(session, company_id, BEIFENG.kid)
            return "revoked"

        submissions: list[bytes | None] = [
            BEIFENG.submission(f"PART-{number}") for number in range(THREADS * 3)
        ]
        submissions.insert(THREADS, None)
        outcomes = at_once(send_or_revoke, submissions)
        with own_database.read() as session:
            kinds = list(session.scalars(select(LogEntry.kind).order_by(LogEntry.index)))
        revoked = kinds.index("key-revoke")
        assert set(kinds[revoked + 1 :]) == set()
        stored = sum(not isinstance(outcome, str) for outcome in outcomes)
        assert kinds[2:revoked].count("declaration") == stored
