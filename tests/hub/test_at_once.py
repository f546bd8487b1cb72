"""What many ask for at the same instant is given to one; the others get an answer, no defect."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from hub.kit.database import transaction
from hub.kit.errors import HubError
from hub.parties.usecases import add_site
from hub.trust.usecases import challenge, prove_key
from tests.cast import BEIFENG, Actor
from tests.hub.conftest import enrol
from tierlight_schemas.errors import StandardError

THREADS = 8
ORIGIN = "hub.test/log"


def outcomes(database, works) -> Counter[str]:
    """How often each work, all released together in a transaction of their own, ended how."""
    start = threading.Barrier(len(works))

    def run(work) -> str:
        start.wait(10)
        try:
            with transaction(database.write) as session:
                work(session)
        except (HubError, StandardError) as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(len(works)) as pool:
        return Counter(pool.map(run, works))


def beifeng(database) -> str:
    with transaction(database.write) as session:
        return enrol(session, BEIFENG).company_id


def test_a_site_is_registered_once(own_database):
    company_id = beifeng(own_database)
    works = [lambda session: add_site(session, company_id, "NB1", "Ningbo", "CN")] * THREADS
    expected = {"done": 1, "hub/site-exists": THREADS - 1}
    assert outcomes(own_database, works) == expected


def test_a_challenge_serves_one_key(own_database):
    company_id = beifeng(own_database)
    with transaction(own_database.write) as session:
        text, _ = challenge(session, company_id, 600)

    def proving(seed: int):
        key = Actor("Beifeng Pack", "CN", BEIFENG.identifier, seed)
        proof = key.prove({"challenge": text, "audience": ORIGIN})
        return lambda session: prove_key(session, company_id, key.jwk, proof, origin=ORIGIN)

    works = [proving(900 + number) for number in range(THREADS)]
    assert outcomes(own_database, works) == {"done": 1, "trust/challenge": THREADS - 1}
