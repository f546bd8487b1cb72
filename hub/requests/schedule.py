"""When the asked company is reminded: at 50 and 80 per cent of its time, and told at the end. Pure.

The time of a request runs from its sending, or from its last extension, return or reply, to the
end of its last day in UTC. Who was not reminded in time, because no worker ran, is reminded once of
the latest share and not of all that were missed.
"""

from datetime import UTC, date, datetime, time, timedelta

from hub.requests.lifecycle import RUNNING, Standing

SHARES = (50, 80)
"""Per cent of the time at which a reminder goes out."""
END = 100


def end_of(day: date) -> datetime:
    """The first instant that is after a day in UTC."""
    return datetime.combine(day + timedelta(days=1), time.min, UTC)


def instant_of(stands: Standing, share: int) -> datetime:
    """When a share of the time, in per cent, has passed."""
    return stands.running_since + (end_of(stands.due) - stands.running_since) * share / END


def share_due(stands: Standing, at: datetime) -> int | None:
    """What falls due by `at`: the greatest share not yet reminded of, 100 for the end, or None."""
    if stands.state not in RUNNING:
        return None
    passed = [share for share in (*SHARES, END) if instant_of(stands, share) <= at]
    return passed[-1] if passed and passed[-1] > stands.reminded else None


def next_instant(stands: Standing) -> datetime | None:
    """When something falls due next; None where nothing will before somebody acts."""
    if stands.state not in RUNNING:
        return None
    coming = (share for share in (*SHARES, END) if share > stands.reminded)
    return instant_of(stands, next(coming))
