"""The cast, registered: companies, keys, machines with tokens, and who buys from whom."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy.orm import Session

from hub.access.administration import operating_company
from hub.access.caller import Caller
from hub.access.roles import GIVEN_BY_ADMINS, Role
from hub.access.usecases import add_machine, issue_token
from hub.bom.tables import Part, SourcingLink
from hub.bom.usecases import register_part
from hub.kit.clock import now
from hub.parties.usecases import add_company
from hub.sharing.usecases import grant
from hub.trust.usecases import add_key
from tests.cast import AURORA, BEIFENG, CAST, CELLWERK, Actor


@dataclass(frozen=True)
class Member:
    """An actor whom the hub knows."""

    actor: Actor
    company_id: str
    client_id: str
    secret: str
    token: str

    @property
    def caller(self) -> Caller:
        """It, as a use case is told."""
        return Caller(self.company_id, f"machine:{self.client_id}")

    @property
    def headers(self) -> dict[str, str]:
        """What its machine sends."""
        return {"Authorization": f"Bearer {self.token}"}


Members = Mapping[Actor, Member]


def enrol(
    session: Session, actor: Actor, key: bool = True, roles: Collection[str] = GIVEN_BY_ADMINS
) -> Member:
    """Register an actor with its key and a machine that has a token, and every role but one."""
    company = add_company(session, actor.name, actor.country, [actor.identifier], invented=True)
    if key:
        add_key(session, company.id, actor.jwk, "operator")
    client_id, secret = add_machine(session, company.id, "test", roles)
    token = issue_token(session, client_id, 3600)
    return Member(actor, company.id, client_id, secret, token)


def operator_headers(session: Session) -> dict[str, str]:
    """What a machine of the hub's own company sends; registered with its company if need be."""
    known = operating_company(session)
    company_id = known or add_company(session, "Hub Operating", "DE", [], invented=True).id
    client_id, _ = add_machine(session, company_id, "desk", [Role.OPERATOR])
    token = issue_token(session, client_id, 3600)
    session.commit()
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def members(session: Session) -> Members:
    """Everybody of the cast, with key and token."""
    enrolled = {actor: enrol(session, actor) for actor in CAST}
    session.commit()
    return enrolled


def link(session: Session, buyer: Member, number: str, part: Part, confirmed: bool = True) -> None:
    """`buyer` buys `part` as its own part `number`."""
    bought = register_part(session, buyer.company_id, number)
    session.add(
        SourcingLink(
            buyer_id=buyer.company_id,
            part_id=bought.id,
            supplier_text="",
            supplier_part_text=part.number,
            supplier_id=part.company_id,
            supplier_part_id=part.id,
            share="1",
            recorded_at=now(),
            confirmed_at=now() if confirmed else None,
        )
    )
    session.flush()


@dataclass
class World:
    """The cast with an HTTP client; each method speaks for one of them."""

    members: Members
    client: TestClient
    session: Session

    def get(self, actor: Actor, path: str, **options: Any) -> Response:
        return self.client.get(path, headers=self.members[actor].headers, **options)

    def post(self, actor: Actor, path: str, **options: Any) -> Response:
        headers = self.members[actor].headers | options.pop("headers", {})
        return self.client.post(path, headers=headers, **options)

    def put(self, actor: Actor, path: str, **options: Any) -> Response:
        return self.client.put(path, headers=self.members[actor].headers, **options)

    def delete(self, actor: Actor, path: str) -> Response:
        return self.client.delete(path, headers=self.members[actor].headers)

    def submit(self, actor: Actor, submission: bytes, **headers: str) -> Response:
        """One submission as JSON."""
        sent = {"Content-Type": "application/json"} | headers
        return self.post(actor, "/v1/declarations", content=submission, headers=sent)

    def submit_lines(self, actor: Actor, *lines: bytes) -> Response:
        """Submissions as NDJSON."""
        sent = {"Content-Type": "application/x-ndjson"}
        return self.post(actor, "/v1/declarations", content=b"\n".join(lines), headers=sent)

    def declared(self, actor: Actor, number: str, **cells: Any) -> str:
        """The digest of a new declaration of the actor's."""
        answer = self.submit(actor, actor.submission(number, **cells))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["digest"])

    def part(self, actor: Actor, number: str) -> Part:
        """A part of the actor's, registered if need be."""
        part = register_part(self.session, self.members[actor].company_id, number)
        self.session.commit()
        return part

    def buys(self, buyer: Actor, number: str, part: Part, confirmed: bool = True) -> None:
        """Record a sourcing link."""
        link(self.session, self.members[buyer], number, part, confirmed)
        self.session.commit()

    def grants(self, owner: Actor, reader: Actor, level: int = 1, **options: Any) -> str:
        """Record a grant for all parts (or `part_id`); its id."""
        given = grant(
            self.session,
            self.members[owner].caller,
            self.members[reader].company_id,
            options.pop("part_id", None),
            level,
            **options,
        )
        self.session.commit()
        return given.id


@pytest.fixture
def world(members: Members, client: TestClient, session: Session) -> World:
    """Everybody knows the hub; nobody has shared anything."""
    return World(members, client, session)


@pytest.fixture
def chain(world: World) -> World:
    """Beifeng buys Cellwerk's CELL-1 as BP-CELL, Aurora buys Beifeng's PACK-1; no grants."""
    world.buys(BEIFENG, "BP-CELL", world.part(CELLWERK, "CELL-1"))
    world.buys(AURORA, "AM-PACK", world.part(BEIFENG, "PACK-1"))
    return world
