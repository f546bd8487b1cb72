"""Credentials on the caller's identity over HTTP."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hub.access.api import CallerDep
from hub.kit.actions import Action, needs
from hub.kit.web import SessionDep, SettingsDep, new_router
from hub.parties.payloads import AssuranceOut
from hub.trust.identity import accept_credential
from hub.trust.identity_credential import MAX_CREDENTIAL
from hub.trust.identity_issuers import read_issuers

router = new_router("/v1/company", "company")


class NewCredential(BaseModel):
    """What an issuer has given to the company."""

    model_config = ConfigDict(extra="forbid", strict=True)

    credential: Annotated[
        str, Field(max_length=MAX_CREDENTIAL, description="A compact JWS over a W3C credential.")
    ]


@router.post("/credentials", status_code=201, summary="Prove who the company is")
@needs(Action.ADMINISTER)
def add_credential(
    new: NewCredential, caller: CallerDep, session: SessionDep, settings: SettingsDep
) -> list[AssuranceOut]:
    """A credential over one of the company's keys, of an issuer whom the operator trusts."""
    issuers = read_issuers(settings)
    rows = accept_credential(session, caller.company_id, new.credential, issuers, caller.actor)
    return [AssuranceOut.of(row) for row in rows]
