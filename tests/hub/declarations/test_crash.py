"""A hub that is killed keeps record and receipt together, or neither."""

import subprocess
import sys

import httpx
import pytest
from sqlalchemy import func, select

from hub.declarations.tables import AnnexRow, DeclarationRow
from hub.kit.database import transaction
from hub.trust.tables import LogEntry, Receipt
from tests.cast import BEIFENG
from tests.conftest import ROOT
from tests.hub.conftest import enrol

LEFT_BEHIND = (DeclarationRow, Receipt, AnnexRow)


@pytest.fixture
def member(own_database):
    with transaction(own_database.write) as session:
        member = enrol(session, BEIFENG)
    own_database.engine.dispose()
    return member


@pytest.fixture
def dying_hub(own_url):
    """Starts a hub that dies at a moment; returns its URL."""
    processes = []

    def start(moment):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.hub.declarations.dying_hub", own_url, moment],
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


def left_behind(database):
    with database.read() as session:
        return [
            session.scalar(select(func.count()).select_from(table)) for table in LEFT_BEHIND
        ] + [session.scalar(select(func.count()).where(LogEntry.kind == "declaration"))]


class TestAKilledHub:
    def crash(self, dying_hub, moment, member, submission):
        process, url = dying_hub(moment)
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

    def test_before_the_commit_has_neither(self, dying_hub, member, own_database, start_hub):
        submission = BEIFENG.submission("PACK-1", **{"stage:all": "12.50"})
        self.crash(dying_hub, "before_commit", member, submission)
        assert left_behind(own_database) == [0, 0, 0, 0]

        answer = submit(start_hub().url, member, submission)
        assert (answer.status_code, answer.json()["status"]) == (201, "stored")
        assert left_behind(own_database) == [1, 1, 1, 1]
