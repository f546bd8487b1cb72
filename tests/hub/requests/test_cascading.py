"""Asking upstream in one step; the supplier's supplier learns nothing of the customer."""

import json

import pytest
from sqlalchemy import select

from hub.access.usecases import add_person
from hub.kit.clock import now
from hub.kit.errors import BadInput
from hub.kit.tables import OutboxMessage
from hub.parties.tables import Company
from hub.requests.cascading import refuse_naming
from hub.requests.terms import Terms
from tests.cast import AURORA, BEIFENG, CELLWERK, DONGHAI, FOXGLOVE
from tests.hub.chain import Chain, car
from tests.hub.requests.conftest import Asking, in_days

TERMS = {"purpose": "To compute our own products", "due": in_days(35)}
UPSTREAM = {"reference": "U-1", "title": "Inputs", **TERMS}


@pytest.fixture
def asked(world):
    """Aurora has asked Beifeng for the pack of its car; Beifeng's pack holds Cellwerk's cells."""
    car(Chain(world))
    add_person(
        world.session,
        world.members[CELLWERK].company_id,
        "clerk@cellwerk.example",
        "Clerk",
        ["submitter"],
        "de",
        "a long sentence",
    )
    world.session.commit()
    asking = Asking(world)
    said = {"purpose": "The car of Aurora Motors", "legal_basis": "Aurora's contract", "level": 2}
    return asking, asking.sent(AURORA, {"part": "AM-PACK"}, **said)


def upstream(asked, actor=BEIFENG, **said):
    asking, request_id = asked
    return asking.act(actor, request_id, "upstream", **(UPSTREAM | said))


class TestInOneStep:
    def test_all_suppliers_of_the_inputs_are_asked(self, asked):
        asking, request_id = asked
        told = upstream(asked).json()
        sent = {line["part"]: line for line in told["lines"] if line["outcome"] == "sent"}
        assert set(sent) == {"BP-CELL"}
        (theirs,) = asking.box(CELLWERK)
        assert theirs["partner"]["name"] == "Beifeng Pack"
        assert theirs["part_number"] == "BP-CELL"
        ours = asking.reads(BEIFENG, theirs["id"])
        assert ours["upstream_of"] == request_id
        assert asking.reads(BEIFENG, request_id)["upstream"] == [theirs["id"]]

    def test_what_nobody_can_be_asked_for_is_said(self, asked):
        told = upstream(asked).json()
        codes = {line["part"]: line.get("code") for line in told["lines"]}
        assert codes["BP-CASE"] == "requests/no-confirmed-link"

    def test_a_look_beforehand_sends_nothing(self, asked):
        told = upstream(asked, preview=True).json()
        assert told["counts"]["sent"] == 1
        assert asked[0].box(CELLWERK) == []

    def test_again_asks_nobody_twice(self, asked):
        upstream(asked)
        told = upstream(asked, reference="U-2").json()
        assert told["counts"]["open"] == 1
        assert len(asked[0].box(CELLWERK)) == 1


class TestNoTraceOfTheCustomer:
    """Everything that Cellwerk can reach after the cascade, searched for Aurora."""

    def test_in_what_the_supplier_s_supplier_reads(self, asked):
        asking, request_id = asked
        upstream(asked)
        (theirs,) = asking.box(CELLWERK)
        asking.does(CELLWERK, theirs["id"], "ask", words="why?")
        asking.does(BEIFENG, theirs["id"], "reply", words="for our sums")
        aurora = asking.world.members[AURORA]
        traces = (AURORA.name, aurora.company_id, AURORA.identifier[1], request_id, "AM-PACK")
        paths = [
            f"/v1/requests/{theirs['id']}",
            "/v1/requests",
            "/v1/requests?box=out",
            "/v1/requests/counts",
            "/v1/sourcing?role=supplier",
            "/v1/access-log",
            "/v1/grants",
            "/v1/findings",
        ]
        for path in paths:
            answer = asking.world.get(CELLWERK, path)
            assert answer.status_code == 200, path
            for trace in (*traces, "Aurora"):
                assert trace not in answer.text, path
        assert asking.world.get(CELLWERK, f"/v1/requests/{request_id}").status_code == 404

    def test_in_the_mail(self, asked):
        asking, _ = asked
        upstream(asked)
        mails = asking.world.session.scalars(select(OutboxMessage)).all()
        to_cellwerk = [m for m in mails if m.recipient == "clerk@cellwerk.example"]
        (mail,) = to_cellwerk
        assert (mail.template, mail.language) == ("request-new", "de")
        assert json.loads(mail.params)["partner"] == "Beifeng Pack"
        assert "Aurora" not in mail.params

    @pytest.mark.parametrize(
        "said",
        [
            {"purpose": "for Aurora Motors"},
            {"purpose": "FOR AURORA MOTORS, urgently"},
            {"legal_basis": "contract with aurora motors"},
            {"seen_by": "AURORA00000000000001"},
        ],
    )
    def test_in_words_that_name_it(self, asked, said):
        answer = upstream(asked, **said)
        assert (answer.status_code, answer.json()["code"]) == (400, "requests/names-customer")
        assert asked[0].box(CELLWERK) == []

    def test_words_that_do_not_name_it_are_free(self):
        customer = Company(id="c-1", name="Aurora Motors", identifiers=[])
        refuse_naming(customer, Terms("for the northern lights", now().date()))
        with pytest.raises(BadInput):
            refuse_naming(customer, Terms("x", now().date(), seen_by="Aurora Motors' auditor"))


class TestRefused:
    @pytest.mark.parametrize("actor", [AURORA, CELLWERK, DONGHAI, FOXGLOVE])
    def test_for_all_but_the_asked_company(self, asked, actor):
        assert upstream(asked, actor).status_code == 404

    def test_without_an_own_part(self, asking):
        asking.world.part(FOXGLOVE, "FX-1")
        line = {"part": "FX-1", "supplier": "Beifeng Pack", "supplier_part": "unknown"}
        answer = asking.act(BEIFENG, asking.sent(FOXGLOVE, line), "upstream", **UPSTREAM)
        assert (answer.status_code, answer.json()["code"]) == (409, "requests/part-unknown")

    def test_without_a_bill_of_materials(self, asking):
        answer = asking.act(BEIFENG, asking.sent(), "upstream", **UPSTREAM)
        assert (answer.status_code, answer.json()["code"]) == (409, "requests/no-inputs")
