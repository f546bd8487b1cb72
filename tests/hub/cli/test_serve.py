"""`hub serve` listens, answers, and stops when told to."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

import hub as package

ROOT = Path(package.__file__).parent.parent


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def answer(url: str, server: subprocess.Popen[str]) -> httpx.Response:
    end = time.monotonic() + 30
    while True:
        try:
            return httpx.get(url)
        except httpx.ConnectError:
            assert server.poll() is None, server.communicate()
            assert time.monotonic() < end, "the hub did not start"
            time.sleep(0.05)


def test_the_hub_is_served_until_it_is_told_to_stop(own_url):
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "hub.cli", "serve", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | {"HUB_DATABASE_URL": own_url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        healthy = answer(f"http://127.0.0.1:{port}/healthz", server)
        assert (healthy.status_code, healthy.json()) == (200, {"status": "ok"})
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=30)
    assert server.returncode in (0, -signal.SIGINT)


def test_a_database_without_tables_is_not_served(run, databases, monkeypatch):
    monkeypatch.setenv("HUB_DATABASE_URL", databases.empty())
    ran = run("serve")
    assert ran.status == 1
    assert "hub migrate" in ran.err


def test_a_port_is_a_number(run):
    assert run("serve", "--port", "http").status == 2


def test_only_this_machine_is_served_unless_told_otherwise(run):
    shown = run("serve", "--help").out
    assert "(default: 127.0.0.1)" in shown
    assert "(default: 8000)" in shown
