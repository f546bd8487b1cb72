"""Workbooks that are worked on by the hub itself, while nobody looks at their page."""

import logging
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.kit.periodic import Periodic
from hub.settings import Settings
from hub.workbooks.runs import WORKING
from hub.workbooks.tables import ImportRun
from hub.workbooks.usecases import work_on

LOG = logging.getLogger("hub.workbooks")
BATCH = 250
"""Rows of each in one turn: some seconds at most, in which nobody else writes on SQLite."""
RUNS_AT_ONCE = 20
"""The ones that were touched longest ago first, so that a long one does not keep others waiting."""


def next_batches(session: Session, settings: Settings) -> int:
    """A batch of each workbook that is not finished; how many there were.

    One that fails is undone alone and tried again the next time.
    """
    query = (
        select(ImportRun.id, ImportRun.company_id, ImportRun.actor)
        .where(ImportRun.state.in_(WORKING))
        .order_by(ImportRun.changed_at)
        .limit(RUNS_AT_ONCE)
    )
    runs = session.execute(query).all()
    for run_id, company_id, actor in runs:
        try:
            with session.begin_nested():
                work_on(session, Caller(company_id, actor), run_id, settings, BATCH)
        except Exception:
            LOG.exception("workbook %s failed, and is tried again", run_id)
    return len(runs)


WORKBOOKS = Periodic("workbooks", timedelta(seconds=1), next_batches)
