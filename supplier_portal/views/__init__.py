"""The pages: each view asks one use case and hands its answer to one template."""

from fastapi import APIRouter

from supplier_portal.errors import PageRoute


def new_router() -> APIRouter:
    """A router of pages; they stand in no API description."""
    return APIRouter(route_class=PageRoute, include_in_schema=False)
