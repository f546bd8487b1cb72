"""A hub that dies of SIGKILL around its first commit; started by test_crash as a process.

    python -m tests.hub.declarations.dying_hub DATABASE_URL before_commit|after_commit

Prints its URL once it listens.
"""

import os
import signal
import socket
import sys

import uvicorn
from sqlalchemy import event
from sqlalchemy.orm import Session

from hub.main import create_app
from tests.conftest import settings_for


def die(session: Session) -> None:
    """As a power cut would: nothing is flushed, closed or answered."""
    os.kill(os.getpid(), signal.SIGKILL)


def main(database_url: str, moment: str) -> None:
    """Serve until the first commit."""
    event.listen(Session, moment, die)
    listening = socket.create_server(("127.0.0.1", 0))
    app = create_app(settings_for(database_url))
    config = uvicorn.Config(app, log_level="warning")
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    uvicorn.Server(config).run([listening])


if __name__ == "__main__":
    main(*sys.argv[1:])
