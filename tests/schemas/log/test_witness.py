"""What a witness may cosign: only what it saw before, and more."""

import pytest

from tests.schemas.log.small_log import LOG, Party, SmallLog, policy
from tierlight_schemas.errors import LogError
from tierlight_schemas.log.entries import Entry
from tierlight_schemas.log.witness import AddCheckpoint, may_cosign, read_request

SMALL, LARGE = SmallLog.of(5), SmallLog.of(12)
FORKED = SmallLog([*SMALL.entries[:4], *(Entry("declaration", f"{n:064}") for n in range(8))])
LOGS = policy("quorum none")
KNOWN = SMALL.checkpoint()


def asked(log=LARGE, old=5, path=None, size=None):
    size = len(log.entries) if size is None else size
    steps = log.path(old, size) if path is None else path
    return AddCheckpoint(old, steps, log.note(size))


class TestAWitness:
    def test_cosigns_what_follows(self):
        assert may_cosign(KNOWN, asked(), LOGS) == LARGE.checkpoint()

    def test_cosigns_the_first_that_it_sees(self):
        assert may_cosign(None, asked(old=0), LOGS) == LARGE.checkpoint()

    def test_cosigns_the_same_again(self):
        assert may_cosign(KNOWN, asked(SMALL), LOGS) == KNOWN

    @pytest.mark.parametrize(
        ("known", "request_", "code"),
        [
            (LARGE.checkpoint(), asked(SMALL, old=5), "log/rollback"),
            (KNOWN, asked(SMALL, old=4, size=4), "log/rollback"),
            (KNOWN, asked(FORKED, size=5), "log/fork"),
            (KNOWN, asked(FORKED), "log/inconsistent"),
            (KNOWN, asked(path=()), "log/path"),
            (KNOWN, asked(path=LARGE.path(5, 12)[:-1]), "log/path"),
            (KNOWN, asked(path=(*LARGE.path(5, 12), KNOWN.root)), "log/path"),
            (KNOWN, asked(SMALL, path=(KNOWN.root,)), "log/path"),
            (KNOWN, asked(old=4), "log/old-size"),
            (KNOWN, asked(old=0), "log/old-size"),
            (None, asked(old=5), "log/old-size"),
            (None, asked(old=0, path=(KNOWN.root,)), "log/path"),
            (KNOWN, asked(SmallLog.of(12, Party(LOG.name, 9, 1))), "log/unknown-log"),
            (None, asked(SmallLog.of(3, Party("else/log", 9, 1)), old=0), "log/unknown-log"),
        ],
    )
    def test_refuses_everything_else(self, known, request_, code):
        with pytest.raises(LogError, match=code):
            may_cosign(known, request_, LOGS)


class TestARequest:
    BODY = str(asked()).encode()

    def test_is_read_as_it_was_written(self):
        assert str(read_request(self.BODY)).encode() == self.BODY
        assert self.BODY.startswith(b"old 5\n")

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"old 5\n",
            b"old 5\n\n",
            BODY.replace(b"old 5", b"old 05"),
            BODY.replace(b"old 5", b"old -5"),
            BODY.replace(b"old 5", b"size 5"),
            BODY.replace(b"old 5", b"old 13"),  # larger than the checkpoint
            BODY.replace(b"old 5\n", b"old 5\nAAAA\n"),
            BODY.replace(b"old 5\n", b"old 5\n\xff\n"),
            BODY.replace(b"old 5\n", b"old 5\n" + (b"A" * 43 + b"=\n") * 64),
            BODY.replace(b"\n\n", b"\n", 1),
            BODY + b"x" * 70_000,
        ],
    )
    def test_of_another_form_is_refused(self, body):
        with pytest.raises(LogError):
            read_request(body)
