"""What the README shows is what happens."""

import contextlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hub.access.usecases import add_machine
from hub.parties.usecases import add_company
from tierlight import FileSigner

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def block(language: str) -> str:
    """The first fenced block of a language."""
    match = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert match
    return match[1]


@pytest.mark.xdist_group("demo")
def test_the_output_of_the_demo_is_real(tmp_path):
    command = [sys.executable, str(ROOT / "demo" / "run.py"), "--out", str(tmp_path / "demo")]
    wide = os.environ | {"COLUMNS": "110"}
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", check=True, timeout=300, env=wide
    )
    printed = {line.strip() for line in done.stdout.splitlines()}
    shown = [line.strip() for line in block("text").splitlines() if line.strip()]
    assert shown
    assert [line for line in shown if line not in printed] == []


def test_the_ten_lines_of_the_sdk_run(live_hub, tmp_path, monkeypatch):
    with live_hub.transaction() as session:
        company = add_company(session, "Readme Stamping", "CN", [])
        client_id, secret = add_machine(session, company.id, "erp")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TIERLIGHT_URL", live_hub.url)
    monkeypatch.setenv("TIERLIGHT_CLIENT_ID", client_id)
    monkeypatch.setenv("TIERLIGHT_CLIENT_SECRET", secret)
    FileSigner.generate("Ed25519").save(tmp_path / "key.pem")
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(block("python"), "README.md", "exec"), {})
    assert '"type":"tierlight.receipt' in printed.getvalue().replace(" ", "")


def test_its_links_lead_somewhere():
    targets = re.findall(r"\]\(([^)#:]+)\)", README)
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []
