"""The one place that asks what time it is."""

from datetime import UTC, datetime, time, timedelta


def now() -> datetime:
    """The current instant in UTC."""
    return datetime.now(UTC)


def seconds_to_midnight() -> int:
    """Whole seconds until the next day in UTC begins, at least 1."""
    at = now()
    following = datetime.combine(at.date() + timedelta(days=1), time.min, UTC)
    return max(1, int((following - at).total_seconds()))
