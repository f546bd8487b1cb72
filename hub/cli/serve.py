"""`hub serve`: the hub over HTTP, in this process."""

import argparse
from contextlib import nullcontext

import uvicorn

from hub.access.oidc.providers import read_providers
from hub.cli.terminal import Commands, hub_database, language, say
from hub.kit.errors import HubError
from hub.kit.mail import mail_server
from hub.kit.roles import unfit
from hub.settings import Settings
from hub.trust.checkpoints import sign_newest
from hub.trust.witnesses import known_witnesses
from hub.work import working


def register(commands: Commands) -> None:
    """Add `serve`."""
    parser = commands.add_parser("serve", help="serve the API and the pages until interrupted")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: %(default)s)"
    )
    parser.add_argument("--port", type=int, default=8000, help="TCP port (default: %(default)s)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM; a database that is not ready, or that has lost what the hub
    signed, is told at once."""
    settings = Settings()
    known_witnesses(settings)  # a file that cannot be read is told before anybody asks
    read_providers(settings)
    mail_server(settings)
    with hub_database() as opened:
        with opened.write() as session:
            refusal = unfit(session.connection())
        if refusal and not settings.allow_any_role:
            raise refusal
        sign_newest(opened.write, settings)
        _say_what_is_open(settings, refusal, language(arguments))
        with working(opened, settings) if settings.worker else nullcontext():
            _serve(arguments, settings)
    return 0


def _say_what_is_open(settings: Settings, refusal: HubError | None, lang: str) -> None:
    """What an operator should know of these settings before the first request."""
    if refusal:
        say("hub/role-allowed", refusal.params, lang)
    if settings.signing_key_file is None:
        say("log/no-key", {}, lang)
    if settings.public_url.startswith("https:") and not settings.trusted_proxies:
        say("hub/no-proxies", {}, lang)
    if settings.smtp_host is None:
        say("mail/no-server", {}, lang)


def _serve(arguments: argparse.Namespace, settings: Settings) -> None:
    proxies = settings.trusted_proxies
    uvicorn.run(
        "hub.main:app_from_environment",
        factory=True,
        host=arguments.host,
        port=arguments.port,
        # Else uvicorn would believe whoever connects from this machine.
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies or "",
    )
