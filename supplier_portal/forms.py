"""What every POST of the portal must prove: that it comes from a page of this hub.

Two independent proofs, because each alone has failed somewhere: the browser's word on the origin,
and a token that only a page of ours could have put into the form.
"""

import hmac
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Form, Request

from hub.kit.errors import HubError
from hub.kit.web import SettingsDep
from hub.settings import Settings
from supplier_portal.cookies import FORM, Cookies
from supplier_portal.reader import ReaderDep

MAX_PATH = 2_000


class ForeignForm(HubError):  # noqa: N818 — says what happened, as in hub.kit.errors
    """The form was not sent by a page of this hub, or by one that is too old."""

    status = 403

    def __init__(self) -> None:
        super().__init__("portal/foreign-form")


def same_origin(request: Request, settings: SettingsDep) -> None:
    """Raise `ForeignForm` unless the browser says that the form stood on a page of this hub."""
    source = request.headers.get("origin") or request.headers.get("referer") or ""
    if _origin(source) not in _own_origins(request, settings):
        raise ForeignForm


SameOriginDep = Depends(same_origin)


def with_token(
    request: Request,
    reader: ReaderDep,
    settings: SettingsDep,
    csrf_token: Annotated[str, Form(max_length=200)] = "",
) -> None:
    """Raise `ForeignForm` unless the form carries its page's token.

    It is the session's for a signed-in reader; before that, the one in a cookie of its own.
    """
    account = reader.account
    expected = account.csrf_token if account else Cookies.of(settings).read(request, FORM)
    if not expected or not hmac.compare_digest(expected.encode(), csrf_token.encode()):
        raise ForeignForm


OwnFormDep = (SameOriginDep, Depends(with_token))
"""Both proofs, for `dependencies=`."""


def local_path(path: str) -> str:
    """A path on this hub to lead back to; the first page for anything else.

    `//host`, `/\\host` and control characters would lead a browser away.
    """
    is_local = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if is_local and path.isprintable() and len(path) <= MAX_PATH else "/"


def _own_origins(request: Request, settings: Settings) -> set[str]:
    # Behind a proxy the public address counts; on a desk, whatever name the browser used.
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    return {_origin(settings.public_url), _origin(own)} - {""}


def _origin(url: str) -> str:
    """Scheme, host and port; empty for what is no http address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    port = port or {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{parts.hostname}:{port}"
