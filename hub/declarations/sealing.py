"""What comes back signed of a prepared document.

The signature is taken and the document marked as signed in one transaction: whatever is killed
meanwhile, either both are kept or neither is, and the same file sent again finds what it became.
"""

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from hub.access.caller import Caller
from hub.declarations.preparing import waiting
from hub.declarations.proving import proven
from hub.declarations.review import refuse_unread
from hub.declarations.tables import PreparedDeclaration
from hub.declarations.usecases import receive
from hub.declarations.verdict import Verdict
from hub.kit.clock import now
from hub.kit.database import transaction
from hub.kit.errors import BadInput, bad_input
from hub.settings import Settings
from tierlight_schemas.envelope import EnvelopeError, open_jws, pack_submission


def sign_prepared(
    factory: sessionmaker[Session],
    caller: Caller,
    prepared_id: str,
    jws: bytes,
    *,
    is_confirmed: bool,
    settings: Settings,
) -> Verdict:
    """Take the signature under a prepared document, and hand both in.

    It goes through the door that everybody's declarations take, and may be held for a second
    person. Raises what `waiting` and `refuse_unread` do, `BadInput` (`prepared/differs`) for
    anything but the prepared bytes, and what the door says. A second signature that comes at the
    same time changes nothing, because the payload is the declaration.
    """
    with transaction(factory) as session:
        prepared = waiting(session, caller, prepared_id)
        _refuse_other_bytes(jws, prepared)
        refuse_unread(session, prepared, is_confirmed)
        annexes = {str(name): body for name, body in prepared.annexes.items()}
        submission, company = pack_submission(jws, annexes), caller.company_id
        verdict = receive(session, company, submission, by=caller.actor, settings=settings)
        session.refresh(prepared)  # another may have signed it while this waited for its turn
        _mark(prepared, jws, now())
    return proven(factory, [verdict], settings)[0]


def _mark(prepared: PreparedDeclaration, jws: bytes, at: datetime) -> None:
    if prepared.consumed_at is None:
        prepared.consumed_at, prepared.consumed_by = at, hashlib.sha256(jws).hexdigest()


def _refuse_other_bytes(jws: bytes, prepared: PreparedDeclaration) -> None:
    try:
        opened = open_jws(jws)
    except EnvelopeError as error:
        raise bad_input(error) from None
    if opened.payload != prepared.payload:
        raise BadInput("prepared/differs", digest=opened.digest, expected=prepared.digest)
