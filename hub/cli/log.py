"""`hub fsck` and `hub log`: the transparency log, checked, cosigned, and continued knowingly."""

import argparse
from itertools import chain

from hub.cli.terminal import Commands, database, language, say, session_factory
from hub.declarations import queries as declarations
from hub.declarations.verification_queries import logged_verifications
from hub.footprints import statements
from hub.kit.errors import NotFound
from hub.kit.outbound import Outbound
from hub.settings import Settings
from hub.sharing import queries as sharing
from hub.trust.checkpoints import log_key_of, newest, note_of, sign_newest
from hub.trust.continuing import continue_log
from hub.trust.fsck import inspect
from hub.trust.hub_key import hub_keys, hub_signer, public_jwk
from hub.trust.hub_key_life import policy_text
from hub.trust.log import log_size
from hub.trust.witnesses import ask_witnesses

SHOWN = 100
"""Flaws that are printed; a table that is gone would be one for each row."""


def register(commands: Commands) -> None:
    """Add `fsck` and `log`."""
    fsck = commands.add_parser("fsck", help="check the log from the stored bytes upwards")
    fsck.set_defaults(run=run_fsck)
    log = commands.add_parser("log", help="the transparency log of this hub")
    actions = log.add_subparsers(metavar="ACTION", required=True)
    key = actions.add_parser("key", help="print the log's verifier keys, for policies")
    key.set_defaults(run=run_key)
    policy = actions.add_parser("policy", help="print a policy that believes this hub's keys")
    policy.set_defaults(run=run_policy)
    checkpoint = actions.add_parser("checkpoint", help="sign the present size and print it")
    checkpoint.set_defaults(run=run_checkpoint)
    witness = actions.add_parser("witness", help="ask the policy's witnesses for cosignatures")
    witness.set_defaults(run=run_witness)
    go_on = actions.add_parser(
        "continue", help="go on although signed entries are lost; the log says so for ever"
    )
    go_on.set_defaults(run=run_continue)


def run_fsck(arguments: argparse.Namespace) -> int:
    """0 when everything is as it was signed; 1 with a line for each flaw."""
    lang = language(arguments)
    with database() as session:
        sources = chain(
            declarations.logged(session),
            logged_verifications(session),
            statements.logged(session),
            sharing.logged(session),
        )
        flaws = list(inspect(session, Settings(), sources))
        size = log_size(session)
    for flaw in flaws[:SHOWN]:
        say(flaw.code, flaw.params, lang)
    if flaws:
        say("fsck/flawed", {"size": str(size), "flaws": str(len(flaws))}, lang)
        return 1
    say("fsck/sound", {"size": str(size)}, lang)
    return 0


def run_key(arguments: argparse.Namespace) -> int:
    """One verifier key a line, oldest first; the key of the settings too, if it is new."""
    settings = Settings()
    with database() as session:
        jwks = [public_jwk(key) for key in hub_keys(session)]
    if settings.signing_key_file is not None:
        own = hub_signer(settings).jwk
        jwks += [own] if own not in jwks else []
    for jwk in jwks:
        print(log_key_of(settings.log_origin, jwk))
    return 0


def run_policy(arguments: argparse.Namespace) -> int:
    """The log's keys, each as far as it may be believed; whoever reads it adds witnesses."""
    with database() as session:
        print(policy_text(session, Settings().log_origin), end="")
    return 0


def run_checkpoint(arguments: argparse.Namespace) -> int:
    """Sign what is committed, and print the newest checkpoint with its cosignatures."""
    with session_factory() as factory:
        sign_newest(factory, Settings())
        with factory() as session:
            last = newest(session)
            if last is None:
                raise NotFound("log/no-checkpoint", size="0")
            print(note_of(session, last), end="")
    return 0


def run_witness(arguments: argparse.Namespace) -> int:
    """Ask each witness; 1 when one of them did not cosign."""
    lang, settings, status = language(arguments), Settings(), 0
    outbound = Outbound(settings.outbound_loopback)
    with session_factory() as factory:
        sign_newest(factory, settings)
        for asked in ask_witnesses(factory, settings, outbound):
            told = {"name": asked.name, "size": str(asked.size)}
            if asked.refusal is None:
                say("log/witnessed", told, lang)
                continue
            status = 1
            say("log/not-witnessed", told, lang)
            say(asked.refusal, asked.params, lang)
    return status


def run_continue(arguments: argparse.Namespace) -> int:
    """Admit the loss in the log and sign again."""
    with session_factory() as factory:
        done = continue_log(factory, Settings())
    told = {"index": str(done.index), "kept": str(done.kept), "origin": Settings().log_origin}
    say("log/continued", told, language(arguments))
    return 0
