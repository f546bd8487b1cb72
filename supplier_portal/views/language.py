"""The language switch, kept in a cookie."""

from typing import Annotated

from fastapi import Form, Response
from fastapi.responses import RedirectResponse

from hub.kit.language import Language
from hub.kit.web import SettingsDep
from supplier_portal.cookies import LANGUAGE, LANGUAGE_SECONDS, Cookies
from supplier_portal.forms import SameOriginDep, local_path
from supplier_portal.views import new_router

router = new_router(public=True)


# No token: whoever forged this form could only change the language, and the origin stops that too.
@router.post("/language", dependencies=(SameOriginDep,))
def choose(
    settings: SettingsDep,
    language: Annotated[Language, Form()],
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Back to the page, in the chosen language."""
    answer = RedirectResponse(local_path(next), 303)
    Cookies.of(settings).write(answer, LANGUAGE, language, LANGUAGE_SECONDS)
    return answer
