"""Proofs: an entry's place, offline; every position of one changed is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.schemas.log.small_log import ORIGIN, TIME, W1, W2, SmallLog, policy
from tierlight_schemas.errors import LogError
from tierlight_schemas.log.entries import KINDS, Entry, entry_of
from tierlight_schemas.log.proofs import check_inclusion, check_proof, read_proof

BOTH = policy("group both all W1 W2", "quorum both")
LOG = SmallLog.of(9)
PROOF = str(LOG.proof(4, [W1, W2])).encode()


class TestAProof:
    def test_shows_the_place_and_who_saw_it(self):
        found = check_proof(read_proof(PROOF), LOG.entries[4], BOTH)
        assert found.index == 4
        assert found.trusted.checkpoint == LOG.checkpoint()
        assert found.trusted.witnessed == {"W1": TIME, "W2": TIME}

    def test_is_written_as_it_was_read(self):
        assert str(read_proof(PROOF)).encode() == PROOF

    def test_has_the_form_of_the_specification(self):
        lines = PROOF.decode().split("\n")
        assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 4"]
        assert lines[6:8] == ["", ORIGIN]  # four hashes: 9 leaves
        assert lines[10] == ""
        assert [line.split(" ")[0] for line in lines[11:]] == ["—", "—", "—", ""]

    def test_may_carry_what_nobody_signed(self):
        extra = PROOF.replace(b"\nindex", b"\nextra AAAA\nindex")
        assert read_proof(extra) == read_proof(PROOF)

    def test_of_the_only_entry_has_no_hashes(self):
        log = SmallLog.of(1)
        text = str(log.proof(0))
        assert text.startswith(f"c2sp.org/tlog-proof@v1\nindex 0\n\n{ORIGIN}\n1\n")
        check_proof(read_proof(text), log.entries[0], policy("quorum none"))

    @pytest.mark.parametrize(
        "entry", [LOG.entries[3], Entry("withdrawal", LOG.entries[4].digest), Entry("", "")]
    )
    def test_is_of_one_entry_only(self, entry):
        with pytest.raises(LogError, match="log/not-included"):
            check_inclusion(read_proof(PROOF), entry)


class TestOneChangedPosition:
    @pytest.mark.parametrize("bit", [1, 32, 128])
    def test_is_refused_anywhere(self, bit):
        for place in range(len(PROOF)):
            changed = PROOF[:place] + bytes([PROOF[place] ^ bit]) + PROOF[place + 1 :]
            with pytest.raises(LogError):
                check_proof(read_proof(changed), LOG.entries[4], BOTH)

    def test_that_is_missing_or_doubled_is_refused_anywhere(self):
        for place in range(len(PROOF)):
            for changed in (
                PROOF[:place] + PROOF[place + 1 :],
                PROOF[: place + 1] + PROOF[place:],
                PROOF[:place],
            ):
                if changed == PROOF:
                    continue
                with pytest.raises(LogError):
                    check_proof(read_proof(changed), LOG.entries[4], BOTH)

    @given(st.binary(max_size=400))
    def test_whatever_the_bytes_nothing_else_is_raised(self, data):
        with pytest.raises(LogError):
            check_proof(read_proof(data), LOG.entries[4], BOTH)

    @given(st.data())
    def test_of_text_between_the_lines_neither(self, data):
        lines = PROOF.decode().split("\n")
        place = data.draw(st.integers(0, len(lines) - 1))
        lines[place] = data.draw(st.text(max_size=60))
        changed = "\n".join(lines).encode("utf-8", "surrogatepass")
        if changed == PROOF:
            return
        try:
            check_proof(read_proof(changed), LOG.entries[4], BOTH)
        except LogError:
            return
        assert changed.startswith(b"c2sp.org/tlog-proof@v1\nextra ")


class TestTheSize:
    """45 bytes for each doubling of the log: 1 kB holds two witnesses up to 4,096 entries."""

    @pytest.mark.parametrize(("entries", "most"), [(1, 500), (16, 700), (256, 860), (4096, 1024)])
    def test_of_a_proof_with_two_witnesses(self, entries, most):
        log = SmallLog.of(entries)
        assert len(str(log.proof(entries - 1 if entries < 2 else 1, [W1, W2])).encode()) <= most

    def test_grows_by_one_hash_for_each_doubling(self):
        small, large = (len(str(SmallLog.of(n).proof(0))) for n in (512, 1024))
        assert large - small in (45, 46)


class TestAnEntry:
    def test_commits_to_its_kind_and_its_bytes(self):
        leaves = {entry_of(kind, body).leaf for kind in KINDS for body in (b"", b"x")}
        assert len(leaves) == 2 * len(KINDS)

    def test_has_the_leaf_that_receipts_have_had_from_the_first(self):
        entry = Entry("declaration", "1" * 64)
        assert entry.leaf.hex() == (
            "fa8c3cdb9ac084b20123664ce2b35b97105ece1635efe5276b51536c11ee9268"
        )
