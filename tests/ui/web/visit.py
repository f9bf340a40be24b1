"""A visit to the page in a real browser: `rushes ui` in its own process, headless Chromium, and all it complains of."""

import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.ui.ground import COMMAND, KEYS

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
)  # fmt: skip
LEVELS = 16
"""Grey levels of a patch: two patches tell 256 frames apart, after any codec."""


class Server:
    """`rushes ui` on a free port, with its own workspace."""

    def __init__(self, workspace: Path):
        self.workspace = workspace
        environment = {**{k: v for k, v in os.environ.items() if k not in KEYS}, "RUSHES_WORKER_IDLE_S": "20"}
        words = [*COMMAND, "ui", "--port", "0", "--workspace", str(workspace)]
        began = time.monotonic()
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment)
        said = self.process.stdout.readline().decode()
        assert "Rushes is at http://" in said, said + self.process.stdout.read().decode()
        self.address = said.split()[3]
        urllib.request.urlopen(self.address, timeout=30).read()
        self.answered_s = time.monotonic() - began

    def mapped(self) -> str:
        """Every file that the process has mapped into its memory."""
        return Path(f"/proc/{self.process.pid}/maps").read_text()

    def end(self) -> None:
        """Ask it to leave, and wait."""
        self.process.terminate()
        self.process.wait(20)


class Visit:
    """One tab on the page."""

    def __init__(self, page: Page, server: Server):
        self.page, self.server = page, server
        self.complaints: list[str] = []
        page.on("console", lambda m: m.type == "error" and self.complaints.append(f"console: {m.text} {m.location}"))
        page.on("pageerror", lambda error: self.complaints.append(f"page: {error}"))
        page.on("request", lambda request: self._left(request.url))
        page.on("response", lambda r: r.status >= 400 and self.complaints.append(f"{r.status}: {r.url}"))

    def arrive(self) -> float:
        """Open the page; the seconds until one can type and the panel stands."""
        began = time.monotonic()
        self.page.goto(self.server.address)
        self.page.locator("#say textarea").wait_for()
        self.page.locator("#test").wait_for()
        return time.monotonic() - began

    def reload(self) -> None:
        """Refresh the page. What Gradio's client logs as it is torn down in the middle of a stream is no complaint of
        the page that comes: only these two words, and only until that page stands, are let pass."""
        before = len(self.complaints)
        self.page.reload()
        self.page.locator("#say textarea").wait_for()
        torn = ("AbortError: signal is aborted", "Connection errored out")
        self.complaints[before:] = [c for c in self.complaints[before:] if not any(words in c for words in torn)]

    def say(self, text: str, *files: Path) -> None:
        """Type a message, with files attached."""
        box = self.page.locator("#say")
        if files:
            box.locator("input[type=file]").set_input_files([str(f) for f in files])
            expect(box.locator(".thumbnail-item, .thumbnail-small, [class*=thumbnail]").first).to_be_visible()
        box.locator("textarea").fill(text)
        box.locator("textarea").press("Enter")
        expect(box.locator("textarea")).to_have_value("")

    def hear(self, words: str, within_s: float = 60, after: int = 0) -> None:
        """Wait until these words stand in the talk, behind its first `after` letters."""
        script = "([words, after]) => document.querySelector('#talk').innerText.slice(after).includes(words)"
        self.page.wait_for_function(script, arg=[words, after], timeout=within_s * 1000)

    def said(self) -> int:
        """How many letters the talk has."""
        return len(self.page.locator("#talk").inner_text())

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name).click()

    def shown(self, frame: int) -> None:
        """Wait until the player stands still at a frame, every film that it shows."""
        expect(self.page.locator(".stage")).to_have_attribute("data-shown", str(frame), timeout=10_000)

    def pixels(self, film: str) -> tuple[int, int]:
        """Grey left and right in the middle of the picture that a film (`src`, `out`) shows now."""
        script = """(film) => {
            const video = document.querySelector('#viewer .' + film), canvas = document.createElement('canvas');
            canvas.width = video.videoWidth; canvas.height = video.videoHeight;
            const brush = canvas.getContext('2d'); brush.drawImage(video, 0, 0);
            const y = Math.floor(canvas.height / 2);
            return [0.2, 0.8].map((x) => brush.getImageData(Math.floor(canvas.width * x), y, 1, 1).data[1]);
        }"""
        left, right = self.page.evaluate(script, film)
        return left, right

    def number(self, film: str) -> int:
        """The frame number burnt into the picture that a film shows now."""
        left, right = (round((grey - 16) / 13) for grey in self.pixels(film))
        return LEVELS * right + (LEVELS - 1 - left if right % 2 else left)

    def _left(self, url: str) -> None:
        if not url.startswith((self.server.address.rstrip("/") + "/", "data:", "blob:")):
            self.complaints.append(f"request beyond the loopback: {url}")


@contextmanager
def browsing(server: Server) -> Iterator[Visit]:
    """A tab in a browser of its own. Complaints are judged when it closes."""
    assert CHROMIUM.exists(), f"{CHROMIUM} is missing: install it (on Debian: apt install chromium)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), headless=True, args=list(FLAGS))
        page = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce").new_page()
        page.set_default_timeout(15_000)
        visit = Visit(page, server)
        yield visit
        browser.close()
    assert visit.complaints == [], json.dumps(visit.complaints, indent=1)


def grey_of(number: int) -> tuple[int, int]:
    """The two levels that tell a frame from 255 others; from frame to frame by a step, so that no cut is seen there."""
    right, step = divmod(number, LEVELS)
    return 16 + 13 * (LEVELS - 1 - step if right % 2 else step), 16 + 13 * right
