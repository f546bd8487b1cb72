"""Public keys of machines, and tokens for who proves to hold one."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.access.client_assertion import (
    Assertion,
    AssertionRefused,
    read_assertion,
    verify_assertion,
)
from hub.access.secrets import fingerprint
from hub.access.tables import AccessToken, Machine, MachineKey, UsedAssertion
from hub.kit.clock import now
from hub.kit.errors import Conflict, NotFound, bad_input
from tierlight_schemas.canonical import canonical
from tierlight_schemas.errors import EnvelopeError
from tierlight_schemas.keys import check_jwk, thumbprint

MAX_KEYS = 5


def add_machine_key(session: Session, machine_id: str, jwk: Mapping[str, Any]) -> str:
    """Let a machine prove who it is with this key too; the key's thumbprint.

    A key that it has is left as it is. Raises `NotFound` for an unknown or ended machine,
    `BadInput` for an unusable key, `Conflict` (`hub/machine-keys`) for more than 5.
    """
    try:
        public, name = check_jwk(jwk), thumbprint(jwk)
    except EnvelopeError as error:
        raise bad_input(error) from None
    machine = session.get(Machine, machine_id)
    if machine is None or machine.revoked_at is not None:
        raise NotFound
    known = machine_keys(session, machine_id)
    if name in known:
        return name
    if len(known) >= MAX_KEYS:
        raise Conflict("hub/machine-keys", limit=str(MAX_KEYS))
    key = MachineKey(
        machine_id=machine_id, thumbprint=name, jwk=canonical(public).decode(), added_at=now()
    )
    session.add(key)
    session.flush()
    return name


def end_machine_key(session: Session, machine_id: str, name: str) -> None:
    """End a key at once, and with it all tokens of its machine. Raises `NotFound`."""
    key = session.get(MachineKey, (machine_id, name))
    if key is None:
        raise NotFound
    session.delete(key)
    session.execute(delete(AccessToken).where(AccessToken.machine_id == machine_id))
    session.flush()


def machine_keys(session: Session, machine_id: str) -> dict[str, dict[str, str]]:
    """The public keys of a machine by their thumbprints."""
    rows = session.scalars(select(MachineKey).filter_by(machine_id=machine_id))
    return {row.thumbprint: json.loads(row.jwk) for row in rows}


def machine_of_assertion(session: Session, text: str, issuer: str) -> Machine:
    """The machine that signed an assertion, which is used up by this.

    Raises `AssertionRefused`, also for an unknown or ended machine.
    """
    at = now()
    assertion = read_assertion(text, issuer, int(at.timestamp()))
    machine = session.get(Machine, assertion.client_id)
    if machine is None or machine.revoked_at is not None:
        raise AssertionRefused("signature")
    verify_assertion(assertion, machine_keys(session, machine.id).values())
    _use_up(session, assertion, at)
    return machine


def _use_up(session: Session, assertion: Assertion, at: datetime) -> None:
    """The primary key decides, so that of two at once one is refused."""
    session.execute(delete(UsedAssertion).where(UsedAssertion.expires_at < at))
    used = UsedAssertion(
        id=fingerprint(f"{assertion.client_id} {assertion.jti}"),
        expires_at=datetime.fromtimestamp(assertion.expires_at, UTC),
    )
    try:
        with session.begin_nested():
            session.add(used)
            session.flush()
    except IntegrityError:
        raise AssertionRefused("used before") from None
