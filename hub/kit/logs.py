"""Logs without secrets, whatever level an operator asks for."""

import logging

_TELL_TOO_MUCH = ("authlib", "httpcore")
"""Libraries that write tokens (Authlib) or headers (httpcore) at the level DEBUG."""


def keep_secrets_out() -> None:
    """Let those libraries say what they do, and not with what."""
    for name in _TELL_TOO_MUCH:
        logging.getLogger(name).setLevel(logging.INFO)
