"""The tree of RFC 9162: vectors of RFC 6962's reference implementation, the RFC's own example,
and trees of any size against a tree written down naively."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierlight_schemas.errors import LogError
from tierlight_schemas.log.tree import (
    EMPTY_ROOT,
    check_consistency,
    completed,
    consistency_spans,
    inclusion_spans,
    leaf_hash,
    node_hash,
    root,
    root_of_inclusion,
    span_hash,
)

INPUTS = [
    bytes.fromhex(text)
    for text in (
        *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
        "606162636465666768696a6b6c6d6e6f",
    )
]
LEAVES = [leaf_hash(given) for given in INPUTS]
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
N96, N5F = (
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
)
N6B, NBC = (
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
)
NCA, N0E = (
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
)
INCLUSION = [
    (0, 1, []),
    (0, 8, [N96, N5F, N6B]),
    (5, 8, [NBC, NCA, ROOTS[4]]),
    (2, 3, [ROOTS[2]]),
    (1, 5, [ROOTS[1], N5F, NBC]),
]
CONSISTENCY = [
    (1, 1, []),
    (1, 8, [N96, N5F, N6B]),
    (6, 8, [N0E, NCA, ROOTS[4]]),
    (2, 5, [N5F, NBC]),
]


def grown(leaves):
    """Every hash that the hub would store for these leaves."""
    hashes = {}
    for index, leaf in enumerate(leaves):
        hashes[0, index] = leaf
        for place, (level, left) in completed(index):
            hashes[place] = node_hash(hashes[level, left], hashes[level, left + 1])
    return hashes


def path(spans, leaves):
    hashes = grown(leaves)
    return [span_hash(span, hashes) for span in spans]


class TestTheVectors:
    @pytest.mark.parametrize("size", range(len(ROOTS)))
    def test_of_roots(self, size):
        assert root(LEAVES[:size]).hex() == ROOTS[size]
        assert span_hash((0, size), grown(LEAVES[:size])).hex() == ROOTS[size]

    def test_of_the_empty_tree(self):
        assert EMPTY_ROOT.hex() == ROOTS[0]

    @pytest.mark.parametrize(("index", "size", "hashes"), INCLUSION)
    def test_of_inclusion(self, index, size, hashes):
        found = path(inclusion_spans(index, size), LEAVES[:size])
        assert [step.hex() for step in found] == hashes
        assert root_of_inclusion(index, size, LEAVES[index], found).hex() == ROOTS[size]

    @pytest.mark.parametrize(("old", "new", "hashes"), CONSISTENCY)
    def test_of_consistency(self, old, new, hashes):
        found = path(consistency_spans(old, new), LEAVES[:new])
        assert [step.hex() for step in found] == hashes
        old_root, new_root = bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new])
        check_consistency(old, new, old_root, new_root, found)


class TestTheExampleOfTheRfc:
    """RFC 9162, 2.1.5: seven leaves d0 to d6, named by the letters of their hashes (i is EF)."""

    A, B, C, D, E, F, J = LEAVES[:7]
    G, H, EF = node_hash(A, B), node_hash(C, D), node_hash(E, F)
    K = node_hash(G, H)
    L = node_hash(EF, J)

    @pytest.mark.parametrize(
        ("index", "expected"),
        [(0, [B, H, L]), (3, [C, G, L]), (4, [F, J, K]), (6, [EF, K])],
    )
    def test_inclusion(self, index, expected):
        assert path(inclusion_spans(index, 7), LEAVES[:7]) == expected

    @pytest.mark.parametrize(("old", "expected"), [(3, [C, D, G, L]), (4, [L]), (6, [EF, J, K])])
    def test_consistency(self, old, expected):
        assert path(consistency_spans(old, 7), LEAVES[:7]) == expected


def naive(leaves):
    """The definition, word for word: MTH(D_n)."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = max(1 << bit for bit in range(20) if 1 << bit < len(leaves))
    inner = naive(leaves[:split]) + naive(leaves[split:])
    return hashlib.sha256(b"\x01" + inner).digest()


MANY = [leaf_hash(number.to_bytes(2, "big")) for number in range(130)]
STORED = grown(MANY)
SIZES = st.integers(1, len(MANY))


class TestEveryTree:
    def test_up_to_66_leaves_proves_every_leaf_and_every_past(self):
        for size in range(1, 67):
            expected = naive(MANY[:size])
            assert root(MANY[:size]) == expected
            for index in range(size):
                steps = [span_hash(span, STORED) for span in inclusion_spans(index, size)]
                assert root_of_inclusion(index, size, MANY[index], steps) == expected
            for old in range(size + 1):
                steps = [span_hash(span, STORED) for span in consistency_spans(old, size)]
                check_consistency(old, size, naive(MANY[:old]), expected, steps)

    @given(size=SIZES, data=st.data())
    def test_changed_in_one_bit_proves_nothing(self, size, data):
        index = data.draw(st.integers(0, size - 1))
        steps = [span_hash(span, STORED) for span in inclusion_spans(index, size)]
        items = [MANY[index], *steps]
        which = data.draw(st.integers(0, len(items) - 1))
        items[which] = flipped(items[which], data.draw(st.integers(0, 255)))
        assert root_of_inclusion(index, size, items[0], items[1:]) != root(MANY[:size])

    @given(size=SIZES, data=st.data())
    def test_at_another_place_it_is_not_there(self, size, data):
        index, other = (data.draw(st.integers(0, size - 1)) for _ in range(2))
        steps = [span_hash(span, STORED) for span in inclusion_spans(index, size)]
        if len(inclusion_spans(other, size)) != len(steps):
            with pytest.raises(LogError, match="log/path"):
                root_of_inclusion(other, size, MANY[index], steps)
        else:
            found = root_of_inclusion(other, size, MANY[index], steps)
            assert (found == root(MANY[:size])) is (other == index)

    @given(sizes=st.tuples(SIZES, SIZES).map(sorted), data=st.data())
    def test_with_another_past_is_refused(self, sizes, data):
        old, new = sizes
        steps = [span_hash(span, STORED) for span in consistency_spans(old, new)]
        items = [root(MANY[:old]), root(MANY[:new]), *steps]
        which = data.draw(st.integers(0, len(items) - 1))
        items[which] = flipped(items[which], data.draw(st.integers(0, 255)))
        with pytest.raises(LogError, match="log/inconsistent"):
            check_consistency(old, new, items[0], items[1], items[2:])

    @given(sizes=st.tuples(SIZES, SIZES).map(sorted), extra=st.booleans())
    def test_with_a_path_of_another_length_is_refused(self, sizes, extra):
        old, new = sizes
        steps = [span_hash(span, STORED) for span in consistency_spans(old, new)]
        if not extra and not steps:
            return
        steps = [*steps, EMPTY_ROOT] if extra else steps[:-1]
        with pytest.raises(LogError):
            check_consistency(old, new, root(MANY[:old]), root(MANY[:new]), steps)


def flipped(value, bit):
    return (int.from_bytes(value, "big") ^ 1 << bit).to_bytes(len(value), "big")


class TestWhatIsNoTree:
    @pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3), (7, 7), (2**64, 5)])
    def test_has_no_such_leaf(self, index, size):
        with pytest.raises(LogError, match="log/beyond"):
            inclusion_spans(index, size)
        with pytest.raises(LogError, match="log/beyond"):
            root_of_inclusion(index, size, MANY[0], [])

    @pytest.mark.parametrize(("old", "new"), [(-1, 2), (3, 2)])
    def test_has_no_such_past(self, old, new):
        with pytest.raises(LogError, match="log/beyond"):
            consistency_spans(old, new)
        with pytest.raises(LogError, match="log/beyond"):
            check_consistency(old, new, EMPTY_ROOT, EMPTY_ROOT, [])

    @pytest.mark.parametrize(
        ("old", "new", "roots", "steps", "code"),
        [
            (0, 2, (MANY[0], EMPTY_ROOT), [], "log/inconsistent"),
            (0, 2, (EMPTY_ROOT, MANY[0]), [EMPTY_ROOT], "log/path"),
            (2, 2, (MANY[0], MANY[1]), [], "log/inconsistent"),
            (2, 2, (MANY[0], MANY[0]), [MANY[0]], "log/path"),
            (3, 5, (MANY[0], MANY[1]), [], "log/path"),
        ],
    )
    def test_is_told_apart(self, old, new, roots, steps, code):
        with pytest.raises(LogError, match=code):
            check_consistency(old, new, roots[0], roots[1], steps)
