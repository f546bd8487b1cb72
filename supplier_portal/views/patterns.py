"""Every component in every state, for those who design, test and translate."""

from fastapi import Request, Response

from supplier_portal.pages import page
from supplier_portal.samples import SAMPLES
from supplier_portal.views import new_router

router = new_router(public=True)


@router.get("/-/patterns")
def patterns(request: Request) -> Response:
    """Invented data only; open to everybody."""
    return page(request, "patterns.html", samples=SAMPLES, links=SAMPLES["links"], order="bom")
