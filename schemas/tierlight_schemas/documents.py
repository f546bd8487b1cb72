"""What every document of the standard shares."""

from typing import Any

from pydantic import BaseModel


class Document(BaseModel):
    """A JSON object of the standard. Absent means "not stated"; null is never written."""

    def document(self) -> dict[str, Any]:
        """The JSON object to sign or send: its own attribute names, nothing absent, never null.

        A null inside a foreign attribute is left out too: the envelope knows no null.
        """
        plain: dict[str, Any] = without_null(self.model_dump(mode="json", by_alias=True))
        return plain


def without_null(value: Any) -> Any:
    """`value` without members and entries that are None, at any depth."""
    if isinstance(value, dict):
        return {name: without_null(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_null(item) for item in value if item is not None]
    return value
