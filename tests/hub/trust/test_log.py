"""The log: consecutive, append-only, and made so that the tree can stand on it."""

import hashlib

import pytest
from sqlalchemy.exc import IntegrityError

from hub.kit.clock import now
from hub.trust.log import append, receipt, receipt_of
from tierlight_schemas.log.entries import Entry

ONE, OTHER = "1" * 64, "2" * 64


class TestTheLog:
    def test_counts_from_zero_without_gaps(self, session):
        entries = [append(session, "declaration", f"{number:064}", now()) for number in range(5)]
        assert [entry.index for entry in entries] == [0, 1, 2, 3, 4]

    def test_leaves_no_gap_for_what_was_undone(self, session):
        append(session, "declaration", ONE, now())
        with session.begin_nested() as savepoint:
            append(session, "declaration", OTHER, now())
            savepoint.rollback()
        assert append(session, "withdrawal", OTHER, now()).index == 1

    def test_takes_the_same_thing_once(self, session):
        append(session, "declaration", ONE, now())
        with pytest.raises(IntegrityError), session.begin_nested():
            append(session, "declaration", ONE, now())

    def test_hashes_leaves_as_rfc_9162_does(self, session):
        entry = append(session, "key-add", ONE, now())
        plain = b'{"digest":"' + ONE.encode() + b'","kind":"key-add","version":1}'
        assert entry.leaf == hashlib.sha256(b"\x00" + plain).digest()
        assert entry.leaf != Entry("key-retire", ONE).leaf


class TestAReceipt:
    def test_is_kept_as_it_was_sent(self, session):
        entry = append(session, "declaration", ONE, now())
        body = receipt(session, entry, origin="hub.test/log", declaration=OTHER, key="k")
        session.expire_all()
        assert receipt_of(session, OTHER) == body

    def test_is_written_once(self, session):
        for digest in (ONE, OTHER):
            entry = append(session, "declaration", digest, now())
            if digest == ONE:
                receipt(session, entry, origin="hub.test/log", declaration=ONE, key="k")
        with pytest.raises(IntegrityError):
            receipt(session, entry, origin="hub.test/log", declaration=ONE, key="k")
