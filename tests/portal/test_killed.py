"""The power fails: a browser and the hub are killed between two fields, and nothing is lost."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub.access.usecases import add_person
from hub.bom.usecases import register_part
from hub.calculator.usecases import begin
from hub.kit.database import Database, transaction
from hub.parties.usecases import add_site
from hub.trust.hub_key import make_hub_key
from tests.cast import BEIFENG
from tests.conftest import ROOT
from tests.hub.conftest import enrol
from tests.portal.chromium import PROGRAM, Chromium
from tests.portal.conftest import PASSWORD, email_of

pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason="needs the command chromium"),
    pytest.mark.xdist_group("chromium"),
]
NEVER = "1000000"
"""The commit around which the hub would die by itself."""
Start = Callable[[], tuple[subprocess.Popen[str], str]]


@pytest.fixture
def start(own_url: str, tmp_path: Path) -> Iterator[Start]:
    """Starts a hub as a process of its own; each listens somewhere else."""
    make_hub_key(tmp_path / "key.pem")
    words = [sys.executable, "-m", "tests.hub.declarations.dying_hub", own_url, "after_commit"]
    processes: list[subprocess.Popen[str]] = []

    def started() -> tuple[subprocess.Popen[str], str]:
        process = subprocess.Popen(
            [*words, str(tmp_path / "key.pem"), NEVER], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        processes.append(process)
        assert process.stdout
        return process, process.stdout.readline().strip()

    yield started
    for process in processes:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


@pytest.fixture
def draft(own_database: Database) -> str:
    """The path of a draft that Beifeng's clerk has begun."""
    with transaction(own_database.write) as session:
        member = enrol(session, BEIFENG)
        roles, email = ["submitter", "admin"], email_of(BEIFENG)
        add_person(session, member.company_id, email, "陈 Clerk", roles, "zh-CN", PASSWORD)
        add_site(session, member.company_id, "WUHU-1", "Wuhu", "CN", "CN-AH")
        part = register_part(session, member.company_id, "PACK-1", name="电池包")
        found = f"/calculations/{begin(session, member.caller, part.id).id}"
    own_database.engine.dispose()
    return found


def sit_down(browser: Chromium, url: str, path: str) -> None:
    browser.open(f"{url}/sign-in")
    browser.fill(email=email_of(BEIFENG), password=PASSWORD)
    browser.press("form[action='/sign-in'] button")
    browser.open(url + path)


def kept(browser: Chromium, name: str, value: str) -> None:
    """Type, and wait until the page says that it is kept."""
    status = "document.querySelector('[data-status]')"
    browser.run(f"{status}.textContent = ''")
    browser.type_into(name, value)
    browser.wait(f"{status}.textContent === {status}.dataset.kept")


def test_what_was_typed_is_there_on_another_machine(
    start: Start, draft: str, tmp_path: Path
) -> None:
    hub, url = start()
    with Chromium(tmp_path / "office") as office:
        sit_down(office, url, f"{draft}/energy")
        kept(office, "grid", "186万度")
        kept(office, "natural-gas", "about ２４万")
        office.die()
    hub.kill()
    hub.wait()
    _, again = start()
    with Chromium(tmp_path / "home") as home:
        sit_down(home, again, f"{draft}/energy")
        for name, value in (("grid", "186万度"), ("natural-gas", "about ２４万")):
            assert home.run(f"document.getElementsByName('{name}')[0].value") == value
        assert home.run("document.getElementsByName('heat')[0].value") == ""
