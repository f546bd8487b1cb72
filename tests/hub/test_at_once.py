"""What many ask for at the same instant is given to one; the others get an answer, no defect."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from hub.access.caller import Caller
from hub.kit.database import transaction
from hub.kit.errors import HubError
from hub.parties.usecases import add_site
from hub.scenarios.queries import own_version
from hub.scenarios.usecases import Wanted, add_scenario, revise_scenario
from hub.trust.usecases import challenge, prove_key
from tests.cast import BEIFENG, Actor
from tests.hub.conftest import enrol
from tierlight_schemas.errors import StandardError
from tierlight_schemas.scenario import Scenario

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


NOTHING = Scenario(changes=[])


def test_a_scenario_s_name_is_given_once(own_database):
    caller = Caller(beifeng(own_database), "test")
    works = [lambda session: add_scenario(session, caller, Wanted("S", NOTHING))] * THREADS
    expected = {"done": 1, "hub/scenario-exists": THREADS - 1}
    assert outcomes(own_database, works) == expected


def test_every_edit_of_a_scenario_is_a_version_of_its_own(own_database):
    caller = Caller(beifeng(own_database), "test")
    with transaction(own_database.write) as session:
        scenario = add_scenario(session, caller, Wanted("S", NOTHING)).scenario_id

    def editing(why: str):
        wanted = Wanted("S", NOTHING, why)
        return lambda session: revise_scenario(session, caller, scenario, wanted)

    works = [editing(f"reason {number}") for number in range(THREADS)]
    assert outcomes(own_database, works) == {"done": THREADS}
    with own_database.read() as session:
        versions = [own_version(session, caller.company_id, scenario, n) for n in range(2, 10)]
    assert len({version.description for version in versions}) == THREADS
