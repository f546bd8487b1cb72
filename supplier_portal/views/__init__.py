"""The pages: each view asks one use case and hands its answer to one template."""

from fastapi import APIRouter

from hub.kit.rates import limited
from supplier_portal.errors import PageRoute


def new_router(*, public: bool = False) -> APIRouter:
    """A router of pages; they stand in no API description. `public` pages ask nobody who it is."""
    first = [limited("public")] if public else []
    return APIRouter(route_class=PageRoute, include_in_schema=False, dependencies=first)
