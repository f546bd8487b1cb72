"""A hub with a key of its own and two witnesses that it knows."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from hub.main import create_app
from hub.settings import Settings
from hub.trust.checkpoints import newest
from hub.trust.head import Head, read_head
from hub.trust.hub_key import hub_signer, make_hub_key
from hub.trust.tables import LogCheckpoint
from tests.conftest import settings_for
from tests.hub.conftest import Members, World
from tests.schemas.log.small_log import W1, W2
from tierlight_schemas.log.notes import VerifierKey
from tierlight_schemas.log.policy import Policy, read_policy


@pytest.fixture
def key_file(tmp_path) -> Path:
    path = tmp_path / "hub-key.pem"
    make_hub_key(path)
    return path


@pytest.fixture
def witness_file(tmp_path) -> Path:
    """The operator's policy: whose cosignatures the log keeps."""
    path = tmp_path / "witnesses.policy"
    path.write_text(f"witness W1 {W1.key}\nwitness W2 {W2.key}\nquorum none\n")
    return path


def keyed(settings: Settings, key_file: Path, witness_file: Path) -> Settings:
    changes = {"signing_key_file": key_file, "log_policy_file": witness_file}
    return settings.model_copy(update=changes)


@pytest.fixture
def signing_settings(settings, key_file, witness_file) -> Settings:
    return keyed(settings, key_file, witness_file)


@pytest.fixture
def signing(members: Members, session, signing_settings, database) -> Iterator[World]:
    """The cast at a hub that signs."""
    app = create_app(signing_settings, database)
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield World(members, client, session)


@pytest.fixture
def own_settings(own_url, key_file, witness_file) -> Settings:
    """Settings of a signing hub on this test's own database."""
    return keyed(settings_for(own_url), key_file, witness_file)


def policy_of(settings: Settings, *lines: str) -> Policy:
    """A reader's policy: this hub's key, both witnesses."""
    log = VerifierKey.of_jwk(settings.log_origin, hub_signer(settings).jwk)
    named = [f"log {log}", f"witness W1 {W1.key}", f"witness W2 {W2.key}"]
    return read_policy("\n".join([*named, *(lines or ["quorum none"])]).encode())


def last(session: Session) -> LogCheckpoint:
    """The newest checkpoint, which must be there."""
    found = newest(session)
    assert found is not None
    return found


def kept(settings: Settings) -> Head:
    """The head outside of the database, which must be there."""
    assert settings.head_file is not None
    found = read_head(settings.head_file)
    assert found is not None
    return found
