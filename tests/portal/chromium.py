"""A real browser without a window, driven by the DevTools protocol."""

import json
import shutil
import subprocess
import time
import urllib.request
from base64 import b64decode
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from websockets.sync.client import connect

PROGRAM = shutil.which("chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-port=0",
)
PATIENCE = 30
"""Seconds after which something that a page should do counts as not done."""


class PageError(AssertionError):
    """A script threw, or the browser could not do what it was told."""


class Chromium:
    """One window with a profile of its own."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self._number = 0
        self._ending = ExitStack()

    def __enter__(self) -> Self:
        assert PROGRAM
        with ExitStack() as ending:
            command = [PROGRAM, *FLAGS, f"--user-data-dir={self._profile}", "about:blank"]
            quiet = subprocess.DEVNULL
            process = ending.enter_context(subprocess.Popen(command, stdout=quiet, stderr=quiet))
            ending.callback(process.terminate)
            self._process = process
            self._connection = ending.enter_context(connect(self._address(), max_size=None))
            self.tell("Page.enable")
            self._ending = ending.pop_all()
        return self

    def __exit__(self, *raised: object) -> None:
        self._ending.close()

    def die(self) -> None:
        """Be killed, as by a power cut: nothing is said to any page."""
        self._process.kill()
        self._process.wait()

    def type_into(self, name: str, value: str) -> None:
        """As somebody does who types and goes on to the next field."""
        self.fill(**{name: value})
        field = f"document.getElementsByName({json.dumps(name)})[0]"
        self.run(f"{field}.dispatchEvent(new Event('change', {{bubbles: true}}))")

    def tell(self, method: str, **parameters: Any) -> dict[str, Any]:
        """A command of the protocol, and its result; what happens meanwhile is passed over."""
        self._number += 1
        said = {"id": self._number, "method": method, "params": parameters}
        self._connection.send(json.dumps(said))
        while True:
            answer = json.loads(self._connection.recv(PATIENCE * 4))
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise PageError(answer["error"]["message"])
                result: dict[str, Any] = answer["result"]
                return result

    def run(self, script: str) -> Any:
        """The value of an expression, awaited if it is a promise."""
        answer = self.tell(
            "Runtime.evaluate",
            expression=script,
            awaitPromise=True,
            returnByValue=True,
            userGesture=True,
        )
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise PageError(details.get("exception", {}).get("description", details["text"]))
        return answer["result"].get("value")

    def wait(self, script: str) -> None:
        """Until an expression is true; a page that is being left is not asked."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                if self.run(script):
                    return
            except PageError:
                pass
            time.sleep(0.02)
        raise PageError(f"{script} never became true on {self.run('location.href')}")

    def open(self, url: str) -> None:
        """Go to an address and wait until it is there with its scripts run."""
        self.tell("Page.navigate", url=url)
        self.wait(f"location.href === {json.dumps(url)} && document.readyState === 'complete'")

    def before_scripts(self, script: str) -> None:
        """Run a script in every later page before its own."""
        self.tell("Page.addScriptToEvaluateOnNewDocument", source=script)

    def fill(self, **values: str) -> None:
        """Type into fields by their names."""
        for name, value in values.items():
            self.run(
                f"document.getElementsByName({json.dumps(name)})[0].value = {json.dumps(value)}"
            )

    def press(self, selector: str) -> None:
        """Click, and wait until another page is there."""
        self.run("window.isOld = true")
        self.run(f"document.querySelector({json.dumps(selector)}).click()")
        self.wait("!window.isOld && document.readyState === 'complete'")

    def key(self, name: str, code: int) -> None:
        """Press a key, as a person without a mouse does."""
        told = {"key": name, "code": name, "windowsVirtualKeyCode": code}
        text = {"text": "\r"} if name == "Enter" else {}
        self.tell("Input.dispatchKeyEvent", type="keyDown", **told, **text)
        self.tell("Input.dispatchKeyEvent", type="keyUp", **told)

    def text(self, selector: str = "main") -> str:
        """What can be read there."""
        return str(self.run(f"document.querySelector({json.dumps(selector)}).innerText"))

    def look(self, width: int, *, dark: bool = False, media: str = "") -> None:
        """Make the window so wide, in either colour scheme; `media` is "print" for paper."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.tell("Emulation.setEmulatedMedia", media=media, features=[scheme])
        self.tell(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=False,
        )

    def picture(self, path: Path, width: int, *, dark: bool = False) -> None:
        """The whole page as it looks at a width, in either colour scheme."""
        self.look(width, dark=dark)
        shot = self.tell("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(b64decode(shot["data"]))

    def set_cookies(self, url: str, cookies: Mapping[str, str]) -> None:
        """Let the pages of an address find these."""
        for name, value in cookies.items():
            self.tell("Network.setCookie", name=name, value=value, url=url)

    def _address(self) -> str:
        """Where the first window listens."""
        told = self._profile / "DevToolsActivePort"
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if told.exists() and (lines := told.read_text().splitlines()):
                with urllib.request.urlopen(f"http://127.0.0.1:{lines[0]}/json") as answer:
                    windows = [w for w in json.load(answer) if w["type"] == "page"]
                if windows:
                    return str(windows[0]["webSocketDebuggerUrl"])
            time.sleep(0.05)
        raise PageError("the browser did not start")
