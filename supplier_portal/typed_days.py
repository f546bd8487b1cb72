"""Days as a form brings them."""

from datetime import date


def day_or_none(text: str) -> date | None:
    """A day as a browser's date field sends it; None for an empty field and for what is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
