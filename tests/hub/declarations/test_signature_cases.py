"""The cases of `jws_cases` around a real declaration, through the hub's own door."""

import pytest
from sqlalchemy import func, select

from hub.declarations.tables import DeclarationRow
from hub.trust.tables import LogEntry
from tests.cast import BEIFENG, CELLWERK, P256_ORDER
from tests.schemas.jws_cases import Case, Maker, cases, raw
from tierlight_schemas.envelope import b64url_decode, digest, pack_submission

ACTORS = {"Ed25519": BEIFENG, "ES256": CELLWERK}


def sent(world, actor, jws):
    data = jws.encode("utf-8", "surrogatepass") if isinstance(jws, str) else jws
    return world.submit(actor, pack_submission(data))


def through_the_door(alg: str, payload: bytes) -> list[Case]:
    """Those whose key is the one that the hub has."""
    actor = ACTORS[alg]
    made = cases(BEIFENG, CELLWERK, payload)
    return [case for case in made if case.name.startswith(alg) and case.jwk == actor.jwk]


def counts(session) -> tuple[int, int]:
    """Declarations, and entries of the log."""
    tables = (DeclarationRow, LogEntry)
    declarations, entries = (
        session.scalar(select(func.count()).select_from(table)) for table in tables
    )
    return declarations, entries


@pytest.mark.parametrize("alg", ACTORS)
def test_every_bad_one_is_refused_by_its_code_and_nothing_is_kept(world, alg):
    payload = ACTORS[alg].built("PART-1").payload
    before = counts(world.session)
    bad = [case for case in through_the_door(alg, payload) if case.code]
    assert len(bad) > 140
    for case in bad:
        answer = sent(world, ACTORS[alg], case.jws)
        expected = 413 if case.code == "door/too-large" else 400
        told = answer.json()["code"]
        assert answer.status_code == expected, (case.name, answer.text)
        # The body's own limit comes first.
        assert told in (case.code, "hub/too-large"), case.name
    assert counts(world.session) == before


@pytest.mark.parametrize("alg", ACTORS)
def test_every_good_one_is_the_same_declaration(world, alg):
    payload = ACTORS[alg].built("PART-1").payload
    good = [case for case in through_the_door(alg, payload) if not case.code]
    assert len(good) >= 2
    answers = [sent(world, ACTORS[alg], case.jws) for case in good]
    assert [answer.status_code for answer in answers] == [201, *[200] * (len(good) - 1)]
    assert {answer.json()["digest"] for answer in answers} == {digest(payload)}
    assert world.session.query(DeclarationRow).count() == 1


def test_the_malleable_twin_is_no_second_declaration(world):
    """(r, n - s) holds as well: no second row, no second entry, the first receipt again."""
    maker = Maker(CELLWERK, CELLWERK.built("CELL-1").payload)
    r, s = maker.signature[:32], int.from_bytes(maker.signature[32:], "big")
    first = sent(world, CELLWERK, maker.with_signature(maker.signature))
    before = counts(world.session)
    twin = raw(int.from_bytes(r, "big"), P256_ORDER - s)
    second = sent(world, CELLWERK, maker.with_signature(twin))
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["receipt"] == first.json()["receipt"]
    assert counts(world.session) == before
    kept = world.get(CELLWERK, f"/v1/declarations/{first.json()['digest']}/jws")
    assert b64url_decode(kept.content.rpartition(b".")[2]) == maker.signature


def test_the_twin_of_a_refused_one_is_refused_too(world):
    """A signature by nobody's key does not become one by turning it over."""
    maker = Maker(CELLWERK, CELLWERK.built("CELL-1").payload)
    for s in (1, P256_ORDER - 1):
        answer = sent(world, CELLWERK, maker.with_signature(raw(1, s)))
        assert answer.json()["code"] == "trust/bad-signature"
