"""Settings of a hub, from the environment (`HUB_…`) or given by a test."""

from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PerMinute = Annotated[int, Field(ge=1)]


class Settings(BaseSettings):
    """What an operator decides; every default is safe for the embedded, single-machine hub."""

    model_config = SettingsConfigDict(env_prefix="HUB_", frozen=True)

    database_url: str = "sqlite:///tierlight.sqlite3"
    """SQLAlchemy URL; `sqlite:///file` or `postgresql+psycopg://…`."""
    migration_url: str | None = None
    """URL of the role that owns the tables, for `hub migrate` alone; default: the same."""
    allow_any_role: bool = False
    """Whether the hub may serve as a role that row-level security does not bind on PostgreSQL."""
    public_url: str = "http://127.0.0.1:8000"
    """Base URL that clients use: issuer, discovery, links."""
    log_origin: str = "tierlight.local/log"
    """Name of this hub's log; a declaration with another audience is refused."""
    signing_key_file: Path | None = None
    """PEM file of the hub's own Ed25519 key, with which it signs statements and checkpoints."""
    log_head_file: Path | None = None
    """Where the last signed checkpoint is kept outside the database; default: `log-head.json`
    beside the key."""
    log_policy_file: Path | None = None
    """C2SP policy that names the witnesses whose cosignatures the log keeps."""
    token_seconds: int = 600
    session_seconds: int = 8 * 3600
    challenge_seconds: int = 600
    prepared_seconds: int = 24 * 3600
    """How long a document that the hub prepared waits for its signature."""
    erasure_wait_hours: int = 72
    """How long a company's demand to be erased waits, and can be taken back."""
    held_days: int = 30
    """How long what is submitted waits for the second person before it expires."""
    read_reason: str = ""
    """Why whoever operates the hub reads companies' data by command, where `--reason` is absent."""
    max_body_bytes: int = 32 * 1024 * 1024
    max_annex_bytes: int = 1_000_000
    default_language: str = "en"
    release_policy: Literal["tierlight-release/1", "none"] = "tierlight-release/1"
    """Which rules hold back values that would disclose others; `none` only for a hub on which
    nobody reads anything of another company's."""
    findings_file: Path | None = None
    """TOML file of severities and tolerances that differ from those shipped
    (`hub.findings.settings_file`)."""
    bands_file: Path | None = None
    """JSON file of plausibility bands of one's own (`hub.declarations.own_bands`)."""
    registry_defaults: bool = False
    """Whether factors of the registry stand in for what nobody declared and the company has no
    factor of its own for."""
    identity_issuers_file: Path | None = None
    """TOML file of the issuers whose credentials on companies' identities are believed
    (`hub.trust.identity_issuers`)."""
    oidc_file: Path | None = None
    """TOML file of the identity providers that people may sign in with (`hub.access.oidc`)."""
    password_sign_in: bool = True
    """Whether people may sign in with a password."""
    trusted_proxies: str | None = None
    """Addresses or networks of the proxies whose `X-Forwarded-For` is believed, with commas."""
    rate_reads: PerMinute = 6_000
    """Of one machine or person, as the next; requests a minute, and a minute's worth at once."""
    rate_writes: PerMinute = 3_000
    rate_company_reads: PerMinute = 24_000
    """Of all machines and people of a company together."""
    rate_company_writes: PerMinute = 12_000
    rate_tokens: PerMinute = 120
    """Token requests of one address."""
    rate_public: PerMinute = 600
    """Requests of one address to what needs no account, such as `/verify` and the log."""
    rate_sign_ins: PerMinute = 60
    """Attempts to sign in from one address."""
    worker: bool = True
    """Whether `hub serve` also sends mail and does what is due; else `hub work` has to run."""
    work_seconds: Annotated[int, Field(ge=1, le=3600)] = 5
    """How long a worker that found nothing to do waits before it looks again."""
    smtp_host: str | None = None
    """The mail server; without one, mail waits in the outbox (`hub mail`)."""
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is secured; `none` is for a relay on this machine and without a user."""
    smtp_user: str | None = None
    smtp_password_file: Path | None = None
    """File whose first line is the user's password at the mail server."""
    smtp_sender: str | None = None
    """Who mail is from: `address@example.com` or `Tierlight <address@example.com>`."""
    outbound_loopback: bool = False
    """Whether the hub's own requests may go to this machine, without TLS: for tests only."""

    @property
    def head_file(self) -> Path | None:
        """Where the last signed checkpoint is kept; None for a hub without a key."""
        if self.signing_key_file is None:
            return None
        return self.log_head_file or self.signing_key_file.with_name("log-head.json")

    @cached_property
    def is_sqlite(self) -> bool:
        """Whether the embedded database is in use."""
        return self.database_url.startswith("sqlite")
