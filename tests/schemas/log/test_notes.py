"""Signed notes, checkpoints and cosignatures: the texts of C2SP, and what is none of them."""

import pytest

from tests.schemas.log.small_log import LOG, TIME, W1, W2, SmallLog
from tierlight_schemas.errors import LogError
from tierlight_schemas.log.checkpoints import Checkpoint, checkpoint_of, cosigned_at, is_signed
from tierlight_schemas.log.notes import VerifierKey, read_note, read_signatures

# The example of the Go package that c2sp.org/signed-note was written after.
NEUMANN = VerifierKey.read("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
    "KE6RyyBwJnAM=\n"
)
# The example of c2sp.org/tlog-cosignature: the log's key is not in the text, its form is.
BEHIND = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q"
    "1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2o"
    "yin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)


class TestANote:
    def test_of_another_implementation_is_verified(self):
        note = read_note(NOTE)
        (line,) = note.signatures
        assert line.is_of(NEUMANN)
        assert NEUMANN.holds(line.value, note.text.encode())
        assert not NEUMANN.holds(line.value, note.text.replace("your", "our").encode())

    @pytest.mark.parametrize("text", [NOTE, BEHIND])
    def test_is_written_as_it_was_read(self, text):
        assert str(read_note(text)) == text

    def test_keeps_empty_lines_of_its_text(self):
        parted = NOTE.replace("problem,\n", "problem,\n\n", 1)
        assert read_note(parted).text == parted.rpartition("\n\n")[0] + "\n"

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "\n",
            "text\n",
            "text\n\n",
            "\n\n— name AAAAAAA=\n",
            NOTE[:-1],
            NOTE.replace("— ", "- "),
            NOTE.replace("— PeterNeumann", "—PeterNeumann"),
            NOTE.replace("PeterNeumann", ""),
            NOTE.replace("PeterNeumann", "Peter Neumann"),
            NOTE.replace("PeterNeumann", "Peter+Neumann"),
            NOTE.replace("PeterNeumann", "Peter\u2003Neumann"),
            NOTE.replace("nAM=", "nAN="),  # stray bits
            NOTE.replace("nAM=", "nAM"),
            NOTE.replace("nAM=", "nAM=="),
            NOTE.replace("x08g", "x08_"),
            NOTE.replace("you don't", "you\tdon't"),
            NOTE.replace("you don't", "you\rdon't"),
            NOTE.replace("you don't", "you\0don't"),
            NOTE + "— x AAAA\n",  # a key id without a signature
            NOTE + "\n",
            NOTE + "— x AAAAAAA=\n" * 64,
            NOTE.replace("If", "\ud800"),
            "x" * 70_000 + NOTE,
        ],
    )
    def test_is_refused_when_it_is_none(self, text):
        with pytest.raises(LogError, match="log/note"):
            read_note(text)

    @pytest.mark.parametrize("data", [b"\xff" + NOTE.encode(), NOTE.encode("utf-16")])
    def test_is_utf_8(self, data):
        with pytest.raises(LogError, match="log/note"):
            read_note(data)

    def test_takes_a_line_once(self):
        note = read_note(NOTE)
        assert note.with_signatures(note.signatures) == note
        (line,) = read_signatures(f"{read_note(BEHIND).signatures[1]}")
        assert str(note.with_signatures([line])) == NOTE + str(line)


class TestAVerifierKey:
    def test_has_the_id_that_its_text_says(self):
        assert NEUMANN.id.hex() == "c74f20a3"
        assert str(NEUMANN).startswith("PeterNeumann+c74f20a3+ARpc2Q")

    def test_of_a_witness_has_another_id_than_of_a_log(self):
        assert VerifierKey(W1.name, 1, W1.key.public).id != W1.key.id
        assert VerifierKey.read(str(W1.key)) == W1.key

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "PeterNeumann",
            "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumanm+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+c74f20a3+AhpcAA==",
            "PeterNeumann+c74f20a3+",
            str(VerifierKey("small", 1, b"\x01" + bytes(31))),  # a point of small order
            str(VerifierKey("short", 1, bytes(31))),
            str(VerifierKey("other", 6, LOG.key.public)),
        ],
    )
    def test_is_refused_when_it_is_none(self, text):
        with pytest.raises(LogError, match="log/key"):
            VerifierKey.read(text)

    def test_of_p_256_signs_no_notes(self):
        from tests.cast import CELLWERK

        with pytest.raises(LogError, match="log/key"):
            VerifierKey.of_jwk("name", CELLWERK.jwk)


class TestACheckpoint:
    def test_is_read_from_the_text_of_the_specification(self):
        found = checkpoint_of(read_note(BEHIND))
        assert (found.origin, found.size) == ("example.com/behind-the-sofa", 20852163)
        assert found.text == read_note(BEHIND).text

    @pytest.mark.parametrize(
        ("line", "other"),
        [
            ("20852163", "020852163"),
            ("20852163", "-1"),
            ("20852163", ""),
            ("20852163", "2e7"),
            ("20852163", "２０"),
            ("20852163", "1" * 40),
            ("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", "CsUY"),
            ("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", ""),
            ("q2I=\n", "q2I=\nan extension\n"),
        ],
    )
    def test_is_refused_when_it_is_none(self, line, other):
        with pytest.raises(LogError):
            checkpoint_of(read_note(BEHIND.replace(line, other, 1)))

    def test_is_signed_by_the_log_alone(self):
        note = SmallLog.of(5).note()
        assert is_signed(note, note.signatures[0], LOG.key)
        assert not is_signed(note, note.signatures[0], W1.key)
        other = Checkpoint(LOG.name, 6, checkpoint_of(note).root).text
        assert not is_signed(
            read_note(f"{other}\n{note.signatures[0]}"), note.signatures[0], LOG.key
        )


class TestACosignature:
    NOTE = SmallLog.of(5).note(None, [W1])

    def test_says_when_it_was_made(self):
        line = self.NOTE.signatures[1]
        assert line.is_of(W1.key)
        assert cosigned_at(self.NOTE, line, W1.key) == TIME

    def test_has_the_form_of_the_specification(self):
        theirs, ours = read_note(BEHIND).signatures[1], self.NOTE.signatures[1]
        assert len(theirs.value) == len(ours.value) == 72
        assert int.from_bytes(theirs.value[:8], "big") == 0x641850CB

    def test_is_over_its_time_too(self):
        line = self.NOTE.signatures[1]
        later = type(line)(line.name, line.key_id, (TIME + 1).to_bytes(8, "big") + line.value[8:])
        assert cosigned_at(self.NOTE, later, W1.key) is None

    @pytest.mark.parametrize("value", [b"", b"\0" * 8, b"\xff" * 72, b"\0" * 73])
    def test_of_another_length_or_time_does_not_hold(self, value):
        line = self.NOTE.signatures[1]
        assert cosigned_at(self.NOTE, type(line)(line.name, line.key_id, value), W1.key) is None

    def test_is_its_witnesses_alone(self):
        assert cosigned_at(self.NOTE, self.NOTE.signatures[1], W2.key) is None
        assert cosigned_at(self.NOTE, self.NOTE.signatures[0], LOG.key) is None
