"""A company's own way out over HTTP: shown first, waiting, taken back, carried out."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from hub.access.four_eyes import ask_for_four_eyes
from hub.declarations.tables import PreparedDeclaration
from hub.exit.holdings import counted
from hub.exit.usecases import carry_out, demand_erasure
from hub.kit.errors import Forbidden
from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE
from tests.hub.exit.conftest import Committing, Leaving, opened
from tests.hub.trust.conftest import policy_of
from tierlight_schemas.build import Predecessor
from tierlight_schemas.log.erasure import check_receipt

PATH, EXECUTION = "/v1/company/erasure", "/v1/company/erasure/execution"


def demanded(leaving, actor=BEIFENG, **members):
    body = {"company": leaving.chain.id(actor), "reason": "exit"} | members
    return leaving.world.post(actor, PATH, json=body)


@pytest.fixture
def at_once(leaving: Leaving):
    """The same hub without a waiting time."""
    settings = leaving.settings.model_copy(update={"erasure_wait_hours": 0})
    with opened(settings.database_url, settings) as (client, session, database):
        leaving.chain.world = Committing(leaving.world.members, client, session)
        yield Leaving(leaving.chain, settings, database, leaving.pack, leaving.statement)


class TestADemand:
    @pytest.mark.parametrize(
        ("members", "status"),
        [
            ({"company": ""}, 400),
            ({"company": "Beifeng Pack"}, 400),
            ({"company": "x" * 37}, 400),
            ({"reason": "because"}, 400),
            ({"reason": ""}, 400),
            ({"more": "1"}, 400),
        ],
    )
    def test_must_be_meant(self, leaving, members, status):
        assert demanded(leaving, **members).status_code == status
        assert "demand" not in leaving.world.get(BEIFENG, PATH).json()

    def test_is_not_made_for_another(self, leaving):
        answer = demanded(leaving, FOXGLOVE, company=leaving.chain.id(BEIFENG))
        assert (answer.status_code, answer.json()["code"]) == (400, "exit/confirm")

    def test_waits(self, leaving):
        first = demanded(leaving)
        assert first.status_code == 201
        assert demanded(leaving).json() == first.json()
        answer = leaving.world.post(BEIFENG, EXECUTION)
        assert (answer.status_code, answer.json()["code"]) == (409, "exit/not-due")
        assert leaving.world.get(BEIFENG, PATH).json()["demand"] == first.json()
        assert counted(leaving.session, leaving.chain.id(BEIFENG))["declaration"] == 2

    def test_is_taken_back(self, leaving):
        demanded(leaving)
        assert leaving.world.delete(BEIFENG, PATH).status_code == 204
        again = leaving.world.delete(BEIFENG, PATH)
        assert (again.status_code, again.json()["code"]) == (404, "exit/no-demand")
        assert leaving.world.post(BEIFENG, EXECUTION).status_code == 404

    def test_is_carried_out_with_a_receipt(self, at_once):
        demanded(at_once, reason="privacy-law")
        answer = at_once.world.post(BEIFENG, EXECUTION)
        assert answer.status_code == 201, answer.text
        found = check_receipt(answer.content, policy_of(at_once.settings))
        assert found.statement["reason"] == "privacy-law"
        assert at_once.world.get(BEIFENG, PATH).status_code == 401
        assert set(counted(at_once.session, at_once.chain.id(BEIFENG)).values()) == {0}


class TestFourEyes:
    @pytest.fixture
    def asked(self, at_once):
        beifeng = at_once.world.members[BEIFENG]
        ask_for_four_eyes(at_once.session, beifeng.caller)
        at_once.session.commit()
        return at_once

    def carried_out(self, leaving, actor):
        caller = replace(leaving.world.members[BEIFENG].caller, actor=actor)
        return carry_out(leaving.database.write, caller, leaving.settings)

    def test_are_a_person_s_and_not_of_who_demanded_it(self, asked):
        person = replace(asked.world.members[BEIFENG].caller, actor="person:first")
        demand_erasure(asked.session, person, person.company_id, "exit", asked.settings)
        asked.session.commit()
        answer = asked.world.post(BEIFENG, EXECUTION)
        assert (answer.status_code, answer.json()["code"]) == (403, "access/person-needed")
        with pytest.raises(Forbidden, match="exit/own-demand"):
            self.carried_out(asked, "person:first")
        assert counted(asked.session, asked.chain.id(BEIFENG))["declaration"] == 2
        asked.session.commit()
        check_receipt(self.carried_out(asked, "person:second"), policy_of(asked.settings))


class TestOneDeclaration:
    def erased(self, leaving, actor, name, **members):
        body = {"reason": "sent-by-mistake"} | members
        return leaving.world.post(actor, f"/v1/declarations/{name}/erasure", json=body)

    def withdrawn(self, leaving, name):
        path = f"/v1/declarations/{name}/withdrawal"
        assert leaving.world.post(BEIFENG, path, json={"reason": "wrong"}).status_code == 201

    def test_has_to_be_withdrawn_first(self, leaving):
        answer = self.erased(leaving, BEIFENG, leaving.pack)
        assert (answer.status_code, answer.json()["code"]) == (409, "exit/withdraw-first")

    @pytest.mark.parametrize("actor", [AURORA, CELLWERK, FOXGLOVE])
    def test_of_another_is_not_found(self, leaving, actor):
        self.withdrawn(leaving, leaving.pack)
        theirs = self.erased(leaving, actor, leaving.pack)
        nobody_s = self.erased(leaving, actor, "0" * 64)
        assert (theirs.status_code, theirs.content) == (404, nobody_s.content)

    def test_goes_and_its_receipt_stays(self, leaving):
        self.withdrawn(leaving, leaving.pack)
        answer = self.erased(leaving, BEIFENG, leaving.pack)
        assert answer.status_code == 201, answer.text
        found = check_receipt(answer.content, policy_of(leaving.settings))
        said_of_it = {"verification", "verification-revoke"}
        own = {"declaration", "annex", "withdrawal"}
        assert {item.kind for item in found.gone} == own | said_of_it
        assert {item.declaration for item in found.gone} == {leaving.pack}
        assert leaving.world.get(BEIFENG, f"/v1/declarations/{leaving.pack}").status_code == 404
        assert leaving.world.client.get(f"/v1/log/proofs/{leaving.pack}").status_code == 200
        again = self.erased(leaving, BEIFENG, leaving.pack)
        assert json.loads(again.content)["statement"] == json.loads(answer.content)["statement"]

    def test_does_not_let_stand_again_what_it_replaced(self, leaving):
        first = BEIFENG.built("PACK-2", kgco2e="50", mass_kg="3")
        footprint = first.document["credentialSubject"]["footprint"]["id"]
        old = leaving.world.submit(BEIFENG, BEIFENG.packed(first)).json()["digest"]
        second = BEIFENG.built("PACK-2", kgco2e="60", supersedes=Predecessor(old, footprint))
        new = leaving.world.submit(BEIFENG, BEIFENG.packed(second)).json()["digest"]
        self.withdrawn(leaving, new)
        found = check_receipt(self.erased(leaving, BEIFENG, new).content)
        assert {item.declaration for item in found.gone} == {old, new}
        assert leaving.world.get(BEIFENG, f"/v1/declarations/{old}").status_code == 404

    def test_may_lose_its_annexes_alone(self, leaving):
        self.withdrawn(leaving, leaving.pack)
        answer = self.erased(leaving, BEIFENG, leaving.pack, scope="annexes")
        found = check_receipt(answer.content, policy_of(leaving.settings))
        assert [(i.kind, i.declaration) for i in found.gone] == [("annex", leaving.pack)]
        shown = leaving.world.get(BEIFENG, f"/v1/declarations/{leaving.pack}").json()
        assert shown["annexes"] == []
        summary = leaving.world.get(AURORA, f"/v1/statements/{leaving.statement}").json()["summary"]
        assert summary["recomputable"] is False
        assert self.erased(leaving, BEIFENG, leaving.pack).status_code == 201

    @pytest.mark.parametrize("scope", ["declaration", "annexes"])
    def test_takes_along_what_was_typed_for_it(self, leaving, scope):
        session = leaving.session
        session.execute(update(PreparedDeclaration).values(digest=leaving.pack))
        session.commit()
        self.withdrawn(leaving, leaving.pack)
        assert self.erased(leaving, BEIFENG, leaving.pack, scope=scope).status_code == 201
        assert session.scalars(select(PreparedDeclaration.cells)).all() == []
