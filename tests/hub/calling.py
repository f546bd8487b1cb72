"""HTTP in the name of a company."""

from dataclasses import dataclass
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy.orm import Session

from hub.access.roles import GIVEN_BY_ADMINS
from hub.access.usecases import add_machine, issue_token


@dataclass(frozen=True)
class Calling:
    """A client whose requests carry one company's token."""

    client: TestClient
    headers: dict[str, str]

    def get(self, path: str, **params: Any) -> Response:
        return self.client.get(path, headers=self.headers, params=params)

    def post(self, path: str, json: Any = None) -> Response:
        return self.client.post(path, headers=self.headers, json=json)

    def send_csv(self, path: str, text: str | bytes, **headers: str) -> Response:
        return self.client.post(
            path,
            headers=self.headers | {"content-type": "text/csv"} | headers,
            content=text.encode() if isinstance(text, str) else text,
        )


def calling(client: TestClient, session: Session, company_id: str) -> Calling:
    machine_id, _ = add_machine(session, company_id, "ERP", GIVEN_BY_ADMINS)
    token = issue_token(session, machine_id, 600)
    session.flush()
    return Calling(client, {"authorization": f"Bearer {token}"})
