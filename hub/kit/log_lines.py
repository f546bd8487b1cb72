"""What must not stand in a line of the server's log."""

import logging

ACCESS = "uvicorn.access"
_ADDRESS = 2
"""Where uvicorn's arguments have path and query: client, method, address, version, status."""
_SECRET_QUERIES = "/sign-in"
"""Below it queries hold codes, states and invitations."""
_SECRET_PATHS = "/join/"
"""What follows is the code of an invitation."""
_TELL_TOO_MUCH = ("authlib", "httpcore")
"""Libraries that write tokens (Authlib) or headers (httpcore) at the level DEBUG."""


class WithoutSecretQueries(logging.Filter):
    """Cuts the query off the addresses under which people sign in."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every line passes."""
        told = record.args
        if isinstance(told, tuple) and len(told) > _ADDRESS:
            address = str(told[_ADDRESS])
            if address.startswith((_SECRET_QUERIES, _SECRET_PATHS)):
                is_path = address.startswith(_SECRET_PATHS)
                cut = _SECRET_PATHS if is_path else address.partition("?")[0]
                record.args = (*told[:_ADDRESS], cut, *told[_ADDRESS + 1 :])
        return True


def keep_secrets_out() -> None:
    """Put the filter on the server's log of requests, once; let libraries say what they do, and
    not with what."""
    logger = logging.getLogger(ACCESS)
    if not any(isinstance(each, WithoutSecretQueries) for each in logger.filters):
        logger.addFilter(WithoutSecretQueries())
    for name in _TELL_TOO_MUCH:
        logging.getLogger(name).setLevel(logging.INFO)
