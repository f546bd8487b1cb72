"""Policies: the example of c2sp.org/tlog-policy, quorums, and files that are none."""

import pytest

from tests.schemas.log.small_log import LOG, W1, W2, W3, Party, SmallLog, policy
from tierlight_schemas.errors import LogError
from tierlight_schemas.log.notes import read_note
from tierlight_schemas.log.policy import Policy, accept, read_policy

TWO = policy("group two 2 W1 W2 W3", "quorum two")
NOTE = SmallLog.of(7).note(None, [W1, W2])


class TestAQuorum:
    @pytest.mark.parametrize(
        ("lines", "met"),
        [
            (("quorum none",), True),
            (("quorum W1",), True),
            (("quorum W3",), False),
            (("group g any W3 W1", "quorum g"), True),
            (("group g all W1 W2", "quorum g"), True),
            (("group g all W1 W2 W3", "quorum g"), False),
            (("group g 2 W1 W2 W3", "quorum g"), True),
            (("group g 3 W1 W2 W3", "quorum g"), False),
            (("group a any W1 W3", "group b all a W2", "quorum b"), True),
            (("group a all W1 W3", "group b any a W2", "quorum b"), True),
            (("group a all W1 W3", "group b all a W2", "quorum b"), False),
        ],
    )
    def test_is_met_by_enough_of_the_named(self, lines, met):
        if met:
            assert set(accept(NOTE, policy(*lines)).witnessed) == {"W1", "W2"}
        else:
            with pytest.raises(LogError, match="log/quorum"):
                accept(NOTE, policy(*lines))

    def test_is_not_met_by_strangers(self):
        strangers = [Party(f"stranger{n}", 2000 + n) for n in range(3)]
        with pytest.raises(LogError, match="log/quorum"):
            accept(SmallLog.of(7).note(None, strangers), TWO)

    def test_is_not_met_twice_by_one_witness(self):
        with pytest.raises(LogError, match="log/quorum"):
            accept(SmallLog.of(7).note(None, [W1, W1]), TWO)

    def test_a_known_witness_who_signed_something_else_spoils_it(self):
        other = SmallLog.of(6).note(None, [W3])
        with pytest.raises(LogError, match="log/signature"):
            accept(NOTE.with_signatures(other.signatures[1:]), TWO)


class TestALog:
    def test_that_is_not_named_is_not_believed(self):
        with pytest.raises(LogError, match="log/unknown-log"):
            accept(SmallLog.of(7, Party("other.example/log", 5, 1)).note(), policy("quorum none"))

    def test_with_the_right_name_and_another_key_is_not_believed(self):
        with pytest.raises(LogError, match="log/unknown-log"):
            accept(SmallLog.of(7, Party(LOG.name, 5, 1)).note(), policy("quorum none"))

    def test_whose_signature_does_not_hold_is_not_believed(self):
        moved = str(NOTE).replace("\n7\n", "\n8\n")
        with pytest.raises(LogError, match="log/signature"):
            accept(read_note(moved), policy("quorum none"))

    def test_signs_for_its_own_origin_only(self):
        named = policy("quorum none")
        elsewhere = Policy(named.logs)
        note = SmallLog.of(3, Party("other.example/log", LOG.seed, 1)).note()
        signed = note.with_signatures(SmallLog.of(3).note().signatures)
        with pytest.raises(LogError, match="log/unknown-log"):
            accept(signed, elsewhere)


class TestAFile:
    def test_may_have_comments_blanks_tabs_and_addresses(self):
        log = f"# ours\n\n \tlog\t{LOG.key} https://hub.example\n"
        text = f"{log}witness A {W1.key} https://w/x\nquorum A\n"
        found = read_policy(text.encode())
        assert (found.logs, found.urls) == ((LOG.key,), {"A": "https://w/x"})

    @pytest.mark.parametrize(
        ("lines", "where"),
        [
            ((), "–"),
            (("quorum",), "5"),
            (("quorum W9",), "5"),
            (("quorum none", "quorum none"), "6"),
            (("group none any W1", "quorum W1"), "5"),
            (("group W1 any W2", "quorum W1"), "5"),
            (("group g 0 W1", "quorum g"), "5"),
            (("group g 2 W1", "quorum g"), "5"),
            (("group g some W1", "quorum g"), "5"),
            (("group g all", "quorum none"), "5"),
            (("group g all W1 W1", "quorum g"), "5"),
            (("group g all W1 W9", "quorum g"), "5"),
            (("group g all g", "quorum g"), "5"),
            (("group a all W1", "group b all W1", "quorum b"), "6"),
            ((f"log {LOG.key}", "quorum none"), "5"),
            ((f"log {W1.key}", "quorum none"), "5"),
            ((f"witness W4 {W1.key}", "quorum none"), "5"),
            ((f"witness W4 {LOG.key}", "quorum none"), "5"),
            (("trust everybody", "quorum none"), "5"),
        ],
    )
    def test_that_is_wrong_says_in_which_line(self, lines, where):
        with pytest.raises(LogError, match="log/policy") as caught:
            policy(*lines)
        assert caught.value.params == {"line": where}

    @pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"x" * 70_000, b"log nothing\nquorum none"])
    def test_of_other_bytes_is_refused(self, data):
        with pytest.raises(LogError):
            read_policy(data)
