"""What a supplier says of a link, and what its buyer does then."""

from datetime import date

import pytest
from sqlalchemy import select

from hub.access.caller import Caller
from hub.bom import queries
from hub.bom.corrections import Correction, correct_link, withdraw_link
from hub.bom.link_state import Dispute, Reason, State, dispute_of, is_in, state_of
from hub.bom.tables import SourcingLink
from hub.bom.usecases import confirm_link, confirm_links, dispute_link
from hub.kit.errors import BadInput, Conflict, HubError, NotFound
from tests.hub.bom.conftest import Scene
from tierlight_schemas.amounts import Amount

HEADER = "part,supplier,supplier_part,share,site\n"
ONE = HEADER + "P,Beifeng Pack,PK,60 %,\n"
STRANGE = HEADER + "P,Beifeng Pack,p k-7,60 %,\n"
NOT_OURS = Dispute(Reason.NOT_OUR_PART, "we have never made it")


@pytest.fixture(autouse=True)
def parts(scene):
    scene.parts("number\nP\nQ\n")
    scene.parts("number\nPK\nPK-7\n", scene.supplier)


def caller(scene: Scene, who: str = "supplier") -> Caller:
    return Caller(getattr(scene, who).id, "machine:1")


def the_link(scene: Scene, text: str = ONE) -> SourcingLink:
    scene.sourcing(text)
    [link] = scene.session.scalars(queries.links_towards(scene.supplier.id))
    return link


def part_id(scene: Scene, number: str) -> str:
    return queries.part_ids(scene.session, scene.supplier.id, [number])[number]


def history(scene: Scene) -> list[tuple[State, bool]]:
    query = select(SourcingLink).order_by(SourcingLink.recorded_at)
    return [(state_of(link), link.replaced_at is None) for link in scene.session.scalars(query)]


class TestConfirming:
    def test_names_the_own_part_that_the_customer_means(self, scene):
        link = the_link(scene, STRANGE)
        assert link.supplier_part_id is None
        found = confirm_link(scene.session, caller(scene), link.id, "PK-7")
        assert found.supplier_part_id == part_id(scene, "PK-7")
        assert state_of(found) is State.CONFIRMED
        assert history(scene) == [(State.CONFIRMED, True)]

    def test_as_another_part_later_keeps_what_was_so_until_then(self, scene):
        link = the_link(scene)
        confirm_link(scene.session, caller(scene), link.id)
        later = confirm_link(scene.session, caller(scene), link.id, "PK-7")
        assert later.id != link.id
        assert link.supplier_part_id == part_id(scene, "PK")
        assert link.replaced_at == later.recorded_at
        assert later.supplier_part_id == part_id(scene, "PK-7")

    def test_ends_a_dispute_which_stays_on_record(self, scene):
        link = the_link(scene)
        dispute_link(scene.session, caller(scene), link.id, NOT_OURS)
        confirm_link(scene.session, caller(scene), link.id)
        assert history(scene) == [(State.DISPUTED, False), (State.CONFIRMED, True)]

    @pytest.mark.parametrize("number", ["pk", "P", "", "PK-8"])
    def test_as_a_part_that_the_supplier_does_not_have_is_refused(self, scene, number):
        link = the_link(scene)
        with pytest.raises(BadInput) as refused:
            confirm_link(scene.session, caller(scene), link.id, number)
        assert refused.value.code == "links/own-part"
        assert state_of(link) is State.OPEN

    def test_by_the_operator_leaves_alone_what_the_supplier_disputes(self, scene):
        link = the_link(scene)
        dispute_link(scene.session, caller(scene), link.id, NOT_OURS)
        assert confirm_links(scene.session, scene.supplier.id) == 0
        assert state_of(link) is State.DISPUTED


class TestDisputing:
    @pytest.mark.parametrize(
        "said",
        [
            NOT_OURS,
            Dispute(Reason.WRONG_SHARE),
            Dispute(Reason.WRONG_SITE, "from Wuhu since May"),
            Dispute(Reason.ENDED, None, date(2025, 3, 1)),
            Dispute(Reason.OTHER, "这不是我们的图纸"),
        ],
        ids=lambda said: said.reason,
    )
    def test_an_open_link_keeps_its_row(self, scene, said):
        link = the_link(scene)
        assert dispute_of(dispute_link(scene.session, caller(scene), link.id, said)) == said
        assert history(scene) == [(State.DISPUTED, True)]
        dispute_link(scene.session, caller(scene), link.id, said)
        assert history(scene) == [(State.DISPUTED, True)]

    def test_a_confirmed_link_does_not_count_from_then_on_and_did_before(self, scene):
        link = the_link(scene)
        confirm_link(scene.session, caller(scene), link.id)
        later = dispute_link(scene.session, caller(scene), link.id, NOT_OURS)
        assert link.confirmed_at is not None
        assert link.replaced_at == later.recorded_at
        assert later.confirmed_at is None
        assert later.supplier_part_id == link.supplier_part_id

    def test_anew_keeps_what_was_said_before(self, scene):
        link = the_link(scene)
        dispute_link(scene.session, caller(scene), link.id, NOT_OURS)
        dispute_link(scene.session, caller(scene), link.id, Dispute(Reason.WRONG_SHARE))
        assert history(scene) == [(State.DISPUTED, False), (State.DISPUTED, True)]

    def test_by_the_id_of_a_link_that_says_the_same_finds_its_follower(self, scene):
        link = the_link(scene)
        confirm_link(scene.session, caller(scene), link.id)
        for _ in range(2):
            found = dispute_link(scene.session, caller(scene), link.id, NOT_OURS)
        assert dispute_of(found) == NOT_OURS
        assert len(history(scene)) == 2

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            (Dispute(Reason.OTHER), "links/words"),
            (Dispute(Reason.OTHER, "  \n "), "links/words"),
            (Dispute(Reason.WRONG_SHARE, "x" * 501), "links/words"),
            (Dispute(Reason.WRONG_SHARE, "a\x00b"), "links/words"),
            (Dispute(Reason.WRONG_SHARE, "a\u202eb"), "links/words"),
            (Dispute(Reason.ENDED), "links/ended-on"),
            (Dispute(Reason.ENDED, "since May"), "links/ended-on"),
            (Dispute(Reason.WRONG_SITE, None, date(2025, 3, 1)), "links/ended-on"),
        ],
        ids=str,
    )
    def test_without_what_is_needed_is_refused(self, scene, said, code):
        link = the_link(scene)
        with pytest.raises(BadInput) as refused:
            dispute_link(scene.session, caller(scene), link.id, said)
        assert refused.value.code == code
        assert history(scene) == [(State.OPEN, True)]

    @pytest.mark.parametrize("who", ["buyer", "outsider"])
    def test_nobody_else_can(self, scene, who):
        link = the_link(scene)
        with pytest.raises(NotFound):
            dispute_link(scene.session, caller(scene, who), link.id, NOT_OURS)

    @pytest.mark.parametrize("state", State)
    def test_a_row_is_asked_for_as_it_is_told(self, scene, state):
        link = the_link(scene)
        if state is State.DISPUTED:
            dispute_link(scene.session, caller(scene), link.id, NOT_OURS)
        elif state is State.CONFIRMED:
            confirm_link(scene.session, caller(scene), link.id)
        query = select(SourcingLink)
        held = {each: scene.session.scalars(query.where(is_in(each))).all() for each in State}
        assert {each for each, links in held.items() if links} == {state}
        assert state_of(link) is state


class TestWhatTheBuyerImportsNext:
    def test_the_same_table_leaves_the_dispute(self, scene):
        link = the_link(scene)
        dispute_link(scene.session, caller(scene), link.id, NOT_OURS)
        assert scene.sourcing(ONE).unchanged == 1
        assert history(scene) == [(State.DISPUTED, True)]

    def test_another_share_asks_anew_after_a_dispute(self, scene):
        link = the_link(scene)
        dispute_link(scene.session, caller(scene), link.id, Dispute(Reason.WRONG_SHARE))
        scene.sourcing(ONE.replace("60 %", "40 %"))
        assert history(scene) == [(State.DISPUTED, False), (State.OPEN, True)]

    def test_another_share_keeps_a_confirmation_and_the_part_that_was_matched(self, scene):
        link = the_link(scene, STRANGE)
        confirm_link(scene.session, caller(scene), link.id, "PK-7")
        later = the_link(scene, STRANGE.replace("60 %", "40 %"))
        assert later.id != link.id
        assert later.confirmed_at == link.confirmed_at
        assert later.supplier_part_id == part_id(scene, "PK-7")

    def test_another_site_asks_anew_and_nothing_is_matched_by_itself(self, scene):
        link = the_link(scene, STRANGE)
        confirm_link(scene.session, caller(scene), link.id, "PK-7")
        later = the_link(scene, STRANGE.replace("60 %,", "60 %,Plant 2"))
        assert (later.confirmed_at, later.supplier_part_id) == (None, None)

    def test_what_was_confirmed_is_remembered_for_this_customer(self, scene):
        link = the_link(scene, STRANGE)
        confirm_link(scene.session, caller(scene), link.id, "PK-7")
        later = the_link(scene, STRANGE.replace("60 %,", "60 %,Plant 2"))
        before = queries.matched_before(scene.session, scene.supplier.id, [later])
        own = [part_id(scene, "PK-7")]
        assert before[scene.buyer.id, "p k-7"] == before[scene.buyer.id, later.part_id] == own
        assert queries.matched_before(scene.session, scene.outsider.id, [later]) == {}


class TestCorrecting:
    def test_replaces_the_link_and_asks_anew(self, scene):
        link = the_link(scene)
        dispute_link(scene.session, caller(scene), link.id, Dispute(Reason.WRONG_SITE))
        said = Correction("PK", Amount("0.60"), site="Wuhu")
        later = correct_link(scene.session, caller(scene, "buyer"), link.id, said)
        assert (later.site, later.share, state_of(later)) == ("Wuhu", "0.60", State.OPEN)
        assert later.supplier_part_id == part_id(scene, "PK")
        assert history(scene) == [(State.DISPUTED, False), (State.OPEN, True)]

    def test_of_the_share_alone_keeps_a_confirmation(self, scene):
        link = the_link(scene)
        confirm_link(scene.session, caller(scene), link.id)
        said = Correction("PK", Amount("0.4"))
        later = correct_link(scene.session, caller(scene, "buyer"), link.id, said)
        assert later.confirmed_at == link.confirmed_at is not None

    def test_that_says_the_same_changes_nothing(self, scene):
        link = the_link(scene)
        said = Correction("PK", Amount("0.60"))
        assert correct_link(scene.session, caller(scene, "buyer"), link.id, said) is link
        assert history(scene) == [(State.OPEN, True)]

    def test_withdrawing_ends_it(self, scene):
        link = the_link(scene)
        withdraw_link(scene.session, caller(scene, "buyer"), link.id)
        assert history(scene) == [(State.OPEN, False)]
        with pytest.raises(Conflict):
            withdraw_link(scene.session, caller(scene, "buyer"), link.id)
        with pytest.raises(Conflict):
            confirm_link(scene.session, caller(scene), link.id)

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            (Correction("PK", Amount("0")), "links/share"),
            (Correction("PK", Amount("-0.5")), "links/share"),
            (Correction("PK", Amount("60")), "links/share"),
            (Correction("", Amount("1")), "hub/part-number"),
            (Correction(" PK", Amount("1")), "hub/part-number"),
            (Correction("P\nK", Amount("1")), "hub/part-number"),
            (Correction("P" * 201, Amount("1")), "hub/part-number"),
            (Correction("PK", Amount("1"), site=""), "hub/text"),
            (Correction("PK", Amount("1"), site="x" * 201), "hub/text"),
            (
                Correction("PK", Amount("1"), None, date(2025, 1, 1), date(2025, 1, 1)),
                "links/days",
            ),
        ],
        ids=str,
    )
    def test_what_cannot_be_is_refused(self, scene, said, code):
        link = the_link(scene)
        with pytest.raises(HubError) as refused:
            correct_link(scene.session, caller(scene, "buyer"), link.id, said)
        assert refused.value.code == code
        assert history(scene) == [(State.OPEN, True)]

    @pytest.mark.parametrize("who", ["supplier", "outsider"])
    def test_is_the_buyers_alone(self, scene, who):
        link = the_link(scene)
        with pytest.raises(NotFound):
            correct_link(scene.session, caller(scene, who), link.id, Correction("X", Amount("1")))
        with pytest.raises(NotFound):
            withdraw_link(scene.session, caller(scene, who), link.id)
        assert history(scene) == [(State.OPEN, True)]
