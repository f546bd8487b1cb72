"""A hub that dies of SIGKILL around one of its commits; started by test_crash as a process.

    python -m tests.hub.declarations.dying_hub DATABASE_URL before_commit|after_commit KEY_FILE NTH

The hub signs with the key in the file; of a submission the first commit keeps the declaration, the
second one the checkpoint over it. Prints its URL once it listens.
"""

import itertools
import os
import signal
import socket
import sys
from pathlib import Path

import uvicorn
from sqlalchemy import event
from sqlalchemy.orm import Session

from hub.main import create_app
from tests.conftest import settings_for


def main(database_url: str, moment: str, key_file: str, nth: str) -> None:
    """Serve until the nth commit."""
    commits = itertools.count(1)

    def die(session: Session) -> None:
        """As a power cut would: nothing is flushed, closed or answered."""
        if next(commits) == int(nth):
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Session, moment, die)
    listening = socket.create_server(("127.0.0.1", 0))
    settings = settings_for(database_url)
    app = create_app(settings.model_copy(update={"signing_key_file": Path(key_file)}))
    config = uvicorn.Config(app, log_level="warning")
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    uvicorn.Server(config).run([listening])


if __name__ == "__main__":
    main(*sys.argv[1:])
