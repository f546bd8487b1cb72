"""`make demo`: a supply chain signs and submits; the lorry's footprint and what is wrong with it.

Then two batteries are declared, from signed data to the files of every format (`demo.batteries`).

The hub runs as a child on SQLite in an empty folder. The suppliers are a second process that knows
the hub only through the SDK over HTTP. At the end every declaration is verified without the hub.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Run as a file, `demo/` itself would be the first place for imports.
sys.path[0] = str(ROOT)

from demo import cast, hub_process  # noqa: E402
from demo.at_work import Place, at_work  # noqa: E402
from demo.batteries.chain import BATTERY_MAKERS  # noqa: E402
from demo.batteries.chain import companies as battery_companies  # noqa: E402
from demo.batteries.show import show_batteries  # noqa: E402
from demo.published import DATA, SOURCE  # noqa: E402
from demo.results import show_results  # noqa: E402
from demo.showing import heading, paragraph, table  # noqa: E402
from demo.words import LANGUAGES, Words  # noqa: E402


def main(argv: list[str] | None = None) -> int:
    """Run the demo; 0 when everything went well."""
    arguments = _arguments(argv)
    words = Words(arguments.lang)
    begun = time.monotonic()
    folder = emptied(arguments.out)
    port = arguments.port or hub_process.free_port()
    url = f"http://127.0.0.1:{port}"
    settings = hub_process.environment(folder, url)
    os.environ.update(settings)
    _say(heading(words("title")))
    cast.migrate()
    with hub_process.serving(folder, port, settings):
        _say(paragraph(words("hub", url=url, folder=shown(folder))))
        members = cast.register(cast.companies())
        _say(paragraph(words("cast", companies=len(members))))
        suppliers(words, folder, url, members)
        show_results(words, folder, url, members)
        show_batteries(words, folder / "batteries", url)
        verify(words, folder)
        _say(paragraph(words("written", folder=shown(folder))))
        _say(words("done", seconds=words.number(str(time.monotonic() - begun), 1)))
        if arguments.serve:
            keep_open(words, folder, url)
    return 0


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--serve", action="store_true", help="keep the hub open for a browser")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="of what is printed")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "demo", help="is emptied")
    parser.add_argument("--port", type=int, help="default: a free one")
    return parser.parse_args(argv)


def emptied(folder: Path) -> Path:
    """The folder, empty. Refuses to empty one that no earlier demo has written."""
    folder = folder.resolve()
    mark = folder / ".tierlight-demo"
    if folder.is_dir() and any(folder.iterdir()):
        if not mark.exists():
            raise SystemExit(f"{folder} is not empty and not from the demo; name another --out")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    mark.touch()
    return folder


def shown(folder: Path) -> str:
    """The folder as a person on this machine names it."""
    return str(folder.relative_to(ROOT)) if folder.is_relative_to(ROOT) else str(folder)


def suppliers(words: Words, folder: Path, url: str, members: list[cast.Member]) -> None:
    """Let the suppliers work, in a process that has no access to the hub's database."""
    told = at_work(Place(SOURCE / "companies.csv", DATA), folder, url, words.lang, members)
    _say(heading(words("suppliers")))
    for key in ("keys", "tables", "links", "declared", "unknown", "tampered"):
        _say(paragraph(words(key, **told), "  ", "• "))


def verify(words: Words, folder: Path) -> None:
    """`tierlight verify` over all declarations; it needs keys and receipts, and no hub."""
    places = (folder, folder / "batteries")
    count = sum(_verified(place / "declarations" / "all.ndjson") for place in places)
    _say("")
    _say(paragraph(words("verified", count=count)))


def _verified(file: Path) -> int:
    command = [sys.executable, "-m", "tierlight.cli", "verify", str(file), "--format", "json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return len(json.loads(done.stdout))


def keep_open(words: Words, folder: Path, url: str) -> None:
    """Print who may sign in, then wait for Ctrl-C or SIGTERM."""
    users = cast.registered_people(folder, [*cast.companies(), *battery_companies()])
    header = [words(f"column.{name}") for name in ("company", "email", "password")]
    _say(heading(words("users")))
    _say(table(header, [[user.company, user.email, user.password] for user in users]))
    makers = [user for user in users if user.code in BATTERY_MAKERS]
    officers = ", ".join(f"{user.name} ({user.email})" for user in makers)
    _say(paragraph(words("officers", officers=officers, url=url)))
    _say(paragraph(words("serve", url=url)))
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        signal.pause()
    except KeyboardInterrupt:
        return


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
