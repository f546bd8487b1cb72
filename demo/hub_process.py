"""The hub of the demo: a child process on a free port of this machine, with an empty database."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STARTUP_SECONDS = 30
STOP_SECONDS = 10


def free_port() -> int:
    """A TCP port that nobody listens on at this moment."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def environment(folder: Path, url: str) -> dict[str, str]:
    """What tells the hub, and every `hub` command, which database and address are meant."""
    return {
        "HUB_DATABASE_URL": f"sqlite:///{folder / 'hub.sqlite3'}",
        "HUB_PUBLIC_URL": url,
        "HUB_LOG_ORIGIN": "demo.tierlight",
        "HUB_SIGNING_KEY_FILE": str(folder / "hub-signing-key.pem"),
    }


@contextmanager
def serving(folder: Path, port: int, settings: dict[str, str]) -> Iterator[None]:
    """`hub serve` while the block runs; raises `RuntimeError` with its output when it fails."""
    output = folder / "hub.log"
    command = [sys.executable, "-m", "hub.cli", "serve", "--port", str(port)]
    with output.open("wb") as log:
        process = subprocess.Popen(
            command, env=os.environ | settings, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        _wait_until_up(process, settings["HUB_PUBLIC_URL"], output)
        yield
    finally:
        _stop(process)


def _wait_until_up(process: subprocess.Popen[bytes], url: str, output: Path) -> None:
    end = time.monotonic() + STARTUP_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"the hub did not start:\n{output.read_text('utf-8', 'replace')[-4000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
