"""Invitations: one link, one use, fourteen days, and nothing that tells who is here already."""

import json
from datetime import timedelta
from typing import Any

import pytest

from hub.access import invitations
from hub.access.administration import people_of
from hub.access.caller import Caller
from hub.access.invitations import claim, invite_colleague, invite_company, join, open_invitation
from hub.access.roles import Role
from hub.access.tables import Invitation
from hub.access.usecases import add_person
from hub.kit.clock import now
from hub.kit.errors import BadInput, Conflict, Forbidden, NotFound, TooMany
from hub.kit.outbox import listed
from tests.cast import AURORA, BEIFENG, FOXGLOVE

NEW: dict[str, Any] = {
    "name": "芜湖冲压厂",
    "email": "li@stamping.example",
    "language": "zh-CN",
    "country": "CN",
}
USCC = ("uscc", "91440300192317458F")
OWNER: dict[str, Any] = {
    "person": "李娜",
    "password": "a long enough sentence",
    "name": "芜湖冲压有限公司",
    "country": "CN",
}


@pytest.fixture
def asker(world) -> Caller:
    member = world.members[AURORA]
    return Caller(member.company_id, "person:buyer", roles=frozenset(Role))


def code_of(session, invitation) -> str:
    """What stands in the mail, and nowhere else."""
    mails = [m for m in listed(session) if m.recipient == invitation.email and m.params != "{}"]
    return str(json.loads(mails[-1].params)["link"]).removeprefix("/join/")


class TestACompany:
    def test_is_provisional_until_it_is_claimed(self, world, asker):
        session = world.session
        company, invitation = invite_company(session, asker, **NEW, identifiers=[USCC])
        assert (company.provisional, company.identifiers) == (True, [])
        assert people_of(session, company.id) == []
        owner = claim(session, code_of(session, invitation), **OWNER, identifiers=[USCC])
        assert (company.provisional, company.name) == (False, "芜湖冲压有限公司")
        assert [(i.scheme, i.value) for i in company.identifiers] == [USCC]
        assert (owner.company_id, owner.email, owner.language) == (
            company.id,
            "li@stamping.example",
            "zh-CN",
        )
        assert Role.ADMIN in owner.roles
        assert Role.OPERATOR not in owner.roles

    def test_gets_a_mail_in_its_language_that_names_who_asks(self, world, asker):
        invite_company(world.session, asker, **NEW)
        (mail,) = listed(world.session)
        assert (mail.language, mail.template) == ("zh-CN", "invitation-company")
        assert json.loads(mail.params)["company"] == AURORA.name
        assert mail.company_id == asker.company_id

    def test_only_a_hash_of_the_code_is_kept(self, world, asker):
        _, invitation = invite_company(world.session, asker, **NEW)
        code = code_of(world.session, invitation)
        assert len(code) >= 43
        assert code not in str(vars(invitation))

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"email": "li"}, "hub/email"),
            ({"email": "li@b.example\r\nBcc: x@y.example"}, "hub/email"),
            ({"name": ""}, "hub/name"),
            ({"name": "A\nB"}, "hub/name"),
            ({"country": "XX"}, "hub/country"),
            ({"language": "fr"}, "hub/language"),
            ({"identifiers": [("uscc", "91440300192317458E")]}, "identity/number-check"),
            ({"identifiers": [("lei", "A1")]}, "identity/number-form"),
        ],
    )
    def test_needs_usable_values(self, world, asker, changes, code):
        with pytest.raises(BadInput) as refused:
            invite_company(world.session, asker, **NEW | changes)
        assert refused.value.code == code

    def test_the_answer_is_the_same_for_who_is_here_already(self, world, asker):
        session = world.session
        add_person(
            session,
            world.members[BEIFENG].company_id,
            "here@b.example",
            "Li",
            ["admin"],
            "en",
            None,
        )
        _, known = invite_company(session, asker, **NEW | {"email": "here@b.example"})
        _, unknown = invite_company(session, asker, **NEW)
        told = [
            set(world.post(AURORA, "/v1/invitations/companies", json=NEW | {"email": email}).json())
            for email in ("here@b.example", "nobody@b.example")
        ]
        assert told[0] == told[1]
        assert (known.kind, known.sendings) == (unknown.kind, unknown.sendings)

    def test_a_number_of_another_company_is_left_out_without_a_word(self, world, asker):
        session = world.session
        for _ in range(2):
            company, invitation = invite_company(session, asker, **NEW, identifiers=[USCC])
            email = f"{company.id[:8]}@x.example"
            invitation.email = email
            code = json.loads(listed(session)[-1].params)["link"].removeprefix("/join/")
            claim(session, code, **OWNER, identifiers=[USCC])
        assert company.identifiers == []


class TestTheLink:
    def test_works_once(self, world, asker):
        session = world.session
        _, invitation = invite_company(session, asker, **NEW)
        code = code_of(session, invitation)
        claim(session, code, **OWNER)
        with pytest.raises(NotFound) as refused:
            claim(session, code, **OWNER)
        assert refused.value.code == "join/gone"

    @pytest.mark.parametrize("code", ["", "x", "x" * 43, "../", "芜湖"])
    def test_of_another_text_is_gone(self, world, code):
        with pytest.raises(NotFound) as refused:
            open_invitation(world.session, code)
        assert refused.value.code == "join/gone"

    def test_ends_after_fourteen_days(self, world, asker):
        _, invitation = invite_company(world.session, asker, **NEW)
        code = code_of(world.session, invitation)
        assert invitation.expires_at - now() > timedelta(days=13, hours=23)
        invitation.expires_at = now()
        world.session.flush()
        with pytest.raises(NotFound):
            open_invitation(world.session, code)

    def test_is_worth_nothing_once_it_was_sent_again_or_taken_back(self, world, asker):
        session = world.session
        _, invitation = invite_company(session, asker, **NEW)
        old = code_of(session, invitation)
        invitations.send_again(session, asker, invitation.id)
        links = {json.loads(m.params)["link"] for m in listed(session)}
        assert len(links) == 2
        (new,) = links - {f"/join/{old}"}
        with pytest.raises(NotFound):
            open_invitation(session, old)
        assert open_invitation(session, new.removeprefix("/join/")) is invitation
        invitations.revoke(session, asker, invitation.id)
        with pytest.raises(NotFound):
            open_invitation(session, new.removeprefix("/join/"))
        with pytest.raises(Conflict):
            invitations.send_again(session, asker, invitation.id)

    def test_is_sent_five_times_at_most(self, world, asker):
        _, invitation = invite_company(world.session, asker, **NEW)
        for _ in range(4):
            invitations.send_again(world.session, asker, invitation.id)
        with pytest.raises(TooMany):
            invitations.send_again(world.session, asker, invitation.id)

    def test_is_the_inviter_s_alone(self, world, asker):
        _, invitation = invite_company(world.session, asker, **NEW)
        other = world.members[FOXGLOVE].caller
        for act in (invitations.send_again, invitations.revoke):
            with pytest.raises(NotFound):
                act(world.session, other, invitation.id)

    def test_a_company_writes_to_so_many_a_day(self, world, asker, monkeypatch):
        monkeypatch.setattr(invitations, "MOST_A_DAY", 1)
        invite_company(world.session, asker, **NEW)
        with pytest.raises(TooMany):
            invite_company(world.session, asker, **NEW)


class TestAColleague:
    def invited(self, session, asker, roles=("submitter",)) -> Invitation:
        return invite_colleague(session, asker, "wu@a.example", "Wu", "de", roles)

    def test_joins_with_the_roles_that_the_admin_gave(self, world, asker):
        session = world.session
        invitation = self.invited(session, asker)
        code = code_of(session, invitation)
        person = join(session, code, person="Wu Mei", password="a long enough sentence")
        assert person.company_id == asker.company_id
        assert person.roles == frozenset([Role.SUBMITTER])
        with pytest.raises(NotFound):
            join(session, code, person="Wu Mei", password="a long enough sentence")

    def test_is_no_owner_of_a_company(self, world, asker):
        code = code_of(world.session, self.invited(world.session, asker))
        with pytest.raises(NotFound):
            claim(world.session, code, **OWNER)

    @pytest.mark.parametrize(
        ("roles", "error"), [([], BadInput), (["king"], BadInput), (["operator"], Forbidden)]
    )
    def test_has_roles_that_an_admin_can_give(self, world, asker, roles, error):
        with pytest.raises(error):
            self.invited(world.session, asker, roles)

    def test_with_a_short_password_stays_invited(self, world, asker):
        code = code_of(world.session, self.invited(world.session, asker))
        with pytest.raises(BadInput):
            join(world.session, code, person="Wu", password="short")
        assert open_invitation(world.session, code)


class TestOverHttp:
    def test_an_invitation_is_listed_sent_again_and_taken_back(self, world):
        made = world.post(AURORA, "/v1/invitations/companies", json=NEW)
        assert made.status_code == 201, made.text
        path = f"/v1/invitations/{made.json()['id']}"
        assert "code" not in made.text
        assert [i["id"] for i in world.get(AURORA, "/v1/invitations").json()["items"]] == [
            made.json()["id"]
        ]
        assert world.get(FOXGLOVE, "/v1/invitations").json()["items"] == []
        assert world.post(FOXGLOVE, f"{path}/sending").status_code == 404
        assert world.post(AURORA, f"{path}/sending").status_code == 200
        assert world.post(AURORA, f"{path}/revocation").status_code == 200
        assert world.post(AURORA, f"{path}/sending").status_code == 409
