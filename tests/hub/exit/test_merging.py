"""Two companies that are one: what others addressed goes along, what is owned does not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.access.caller import Caller
from hub.access.invitations import claim, invite_company
from hub.access.usecases import add_machine, add_person
from hub.bom.tables import SourcingLink
from hub.bom.usecases import resolve_links
from hub.exit.merging import merge, merge_by_operator, take_over
from hub.kit.clock import now
from hub.kit.errors import BadInput, Conflict, NotFound
from hub.kit.paging import PageRequest
from hub.parties.usecases import add_site, find_company
from hub.requests.handling import assign
from hub.requests.lifecycle import Side
from hub.requests.lines import Line, Outcome
from hub.requests.page import request_list, request_page
from hub.requests.queries import Box, Filter, handling_of
from hub.requests.sending import Sending, send_set
from hub.requests.terms import Terms
from hub.requests.usecases import ask
from tests.cast import AURORA, BEIFENG, FOXGLOVE
from tests.hub.access.test_invitations import NEW, OWNER, code_of
from tests.hub.chain import Chain


@pytest.fixture
def invited(world):
    """Aurora buys from a company that it has invited."""
    chain, session = Chain(world), world.session
    asker = Caller(world.members[AURORA].company_id, "person:buyer")
    company, invitation = invite_company(session, asker, **NEW)
    chain.tables(
        AURORA,
        parts="number name kind unit mass_kg\nPACK pack assembly piece 300",
        sourcing=f"part supplier supplier_part share\nPACK {company.id} PACK-1 1",
    )
    resolve_links(session, company)
    return company, invitation


def admin_of(world, actor) -> Caller:
    member = world.members[actor]
    person = add_person(
        world.session, member.company_id, "admin@x.example", "Admin", ["admin"], "en", None
    )
    return Caller(member.company_id, f"person:{person.id}", roles=person.roles)


def supplier_of_pack(session) -> str | None:
    (link,) = session.query(SourcingLink).filter_by(replaced_at=None).all()
    return str(link.supplier_id)


LINE = Line("PACK", Terms("vehicle footprint", now().date() + timedelta(40)))
SENDING = Sending("S-1", "Round 1", "vehicle footprint", [LINE])


@pytest.fixture
def asked(world, invited) -> str:
    """What Aurora asks the company that it has invited, before anybody is there."""
    (verdict,) = send_set(world.session, world.members[AURORA].caller, SENDING)
    return str(verdict.request_id)


def inbox(session, reader: Caller) -> list[str]:
    items, _ = request_list(session, reader, Box.IN, Filter(), PageRequest())
    return [item.row.id for item in items]


class TestWhatWasAsked:
    """The request of the mail's link is where whoever follows it comes to."""

    def test_is_found_after_the_claim(self, world, invited, asked):
        session, (company, invitation) = world.session, invited
        made = claim(session, code_of(session, invitation), **OWNER)
        owner = Caller(made.company_id, f"person:{made.id}", roles=made.roles)
        assert inbox(session, owner) == [asked]
        assert request_page(session, owner, asked).item.partner == AURORA.name
        assert supplier_of_pack(session) == company.id

    def test_is_found_after_an_admin_has_taken_it_over(self, world, invited, asked):
        session, (company, invitation) = world.session, invited
        reader = admin_of(world, BEIFENG)
        assert inbox(session, reader) == []
        with pytest.raises(NotFound):
            request_page(session, reader, asked)
        take_over(session, reader, code_of(session, invitation))
        session.expire_all()
        assert inbox(session, reader) == [asked]
        assert request_page(session, reader, asked).item.side is Side.ASKED
        assert inbox(session, Caller(company.id, "person:nobody")) == []

    def test_keeps_what_was_said_after_claim_and_merge(self, world, invited, asked):
        session, (company, invitation) = world.session, invited
        made = claim(session, code_of(session, invitation), **OWNER)
        owner = Caller(made.company_id, f"person:{made.id}", roles=made.roles)
        ask(session, owner, asked, "Which year?")
        assign(session, owner, asked, made.id)
        beifeng = world.members[BEIFENG]
        merge(session, beifeng.caller, company.id, beifeng.company_id, "the same works")
        session.expire_all()
        page = request_page(session, beifeng.caller, asked)
        said = next(event for event in page.events if event.words == "Which year?")
        assert (said.author_id, said.asked_id) == (beifeng.company_id, beifeng.company_id)
        assert handling_of(session, beifeng.company_id, asked) is not None
        assert handling_of(session, company.id, asked) is None

    def test_is_the_same_line_for_a_machine_that_sends_it_again(self, world, invited, asked):
        session, (company, invitation) = world.session, invited
        sender = world.members[AURORA].caller
        take_over(session, admin_of(world, BEIFENG), code_of(session, invitation))
        session.expire_all()
        for supplier in (None, company.id, BEIFENG.name):
            line = replace(LINE, supplier=supplier, key=LINE.name)
            (verdict,) = send_set(session, sender, replace(SENDING, lines=[line]))
            assert (verdict.outcome, verdict.request_id) == (Outcome.UNCHANGED, asked)
        line = replace(LINE, terms=replace(LINE.terms, level=3))
        (verdict,) = send_set(session, sender, replace(SENDING, lines=[line]))
        assert verdict.code == "requests/line-differs"


class TestTakingOver:
    def test_moves_links_and_answers_for_the_old_id(self, world, invited):
        company, invitation = invited
        session, beifeng = world.session, world.members[BEIFENG].company_id
        assert supplier_of_pack(session) == company.id
        code = code_of(session, invitation)
        take_over(session, admin_of(world, BEIFENG), code)
        session.expire_all()
        assert supplier_of_pack(session) == beifeng
        assert find_company(session, company.id).id == beifeng
        assert find_company(session, BEIFENG.name).id == beifeng
        with pytest.raises(NotFound):
            claim(session, code, **OWNER)

    def test_is_not_of_a_company_that_buys_from_itself(self, world, invited):
        with pytest.raises(Conflict) as refused:
            take_over(world.session, admin_of(world, AURORA), code_of(world.session, invited[1]))
        assert refused.value.params["case"] == "between"


class TestByTheOperator:
    def merged(self, world, from_id, actor=BEIFENG, reason="the same works"):
        operator = Caller(world.members[actor].company_id, "command-line", operator=True)
        return merge_by_operator(world.session, operator, from_id, reason)

    def test_a_claimed_one_that_owns_nothing_is_merged_and_its_accounts_end(self, world, invited):
        company, invitation = invited
        owner = claim(world.session, code_of(world.session, invitation), **OWNER)
        self.merged(world, company.id)
        world.session.expire_all()
        assert find_company(world.session, company.id).id == world.members[BEIFENG].company_id
        assert world.session.get(type(owner), owner.id) is None

    @pytest.mark.parametrize("owned", ["site", "machine"])
    def test_one_that_owns_something_is_not(self, world, invited, owned):
        company, invitation = invited
        claim(world.session, code_of(world.session, invitation), **OWNER)
        if owned == "site":
            add_site(world.session, company.id, "S", "Site", "CN")
        else:
            add_machine(world.session, company.id, "ERP")
        with pytest.raises(Conflict) as refused:
            self.merged(world, company.id)
        assert refused.value.params["case"] == "owns"

    def test_none_of_the_cast_is(self, world):
        with pytest.raises(Conflict):
            self.merged(world, world.members[FOXGLOVE].company_id)

    def test_neither_itself_nor_one_that_was_merged_nor_an_unknown_one_is(self, world, invited):
        company, _ = invited
        with pytest.raises(Conflict) as refused:
            self.merged(world, world.members[BEIFENG].company_id)
        assert refused.value.params["case"] == "same"
        with pytest.raises(NotFound):
            self.merged(world, "nobody")
        self.merged(world, company.id)
        with pytest.raises(Conflict) as refused:
            self.merged(world, company.id)
        assert refused.value.params["case"] == "gone"

    @pytest.mark.parametrize("reason", ["", " ", "a\nb", "x" * 301])
    def test_a_reason_is_needed(self, world, invited, reason):
        with pytest.raises(BadInput):
            self.merged(world, invited[0].id, reason=reason)
