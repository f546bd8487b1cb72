"""`hub serve`: the hub over HTTP, in this process."""

import argparse

import uvicorn

from hub.access.oidc.providers import read_providers
from hub.cli.terminal import Commands, language, say, session_factory
from hub.kit.roles import unfit
from hub.settings import Settings
from hub.trust.checkpoints import sign_newest
from hub.trust.witnesses import known_witnesses


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
    known_witnesses(Settings())  # a file that cannot be read is told before anybody asks
    read_providers(Settings())
    with session_factory() as factory:
        with factory() as session:
            refusal = unfit(session.connection())
        if refusal and not Settings().allow_any_role:
            raise refusal
        sign_newest(factory, Settings())
    if refusal:
        say("hub/role-allowed", refusal.params, language(arguments))
    if Settings().signing_key_file is None:
        say("log/no-key", {}, language(arguments))
    proxies = Settings().trusted_proxies
    if Settings().public_url.startswith("https:") and not proxies:
        say("hub/no-proxies", {}, language(arguments))
    uvicorn.run(
        "hub.main:app_from_environment",
        factory=True,
        host=arguments.host,
        port=arguments.port,
        # Else uvicorn would believe whoever connects from this machine.
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies or "",
    )
    return 0
