"""What a page did while it was open: complaints in the console, requests that left the machine."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, Response, expect

PATIENCE = 20_000


class Watch:
    """Listens to a page from before its first request."""

    def __init__(self, page: Page, site: str) -> None:
        self.answer: Response | None = None
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        self.failed: list[str] = []
        self._host = urlsplit(site).netloc
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._on_request)
        page.on("requestfailed", self._on_failure)

    def _on_console(self, message: ConsoleMessage) -> None:
        # Chromium reports the page's own 4xx status, which the test asks for, as an error too.
        if message.type in ("error", "warning") and "the server responded" not in message.text:
            self.complaints.append(message.text)

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self._host:
            self.elsewhere.append(request.url)

    def _on_failure(self, request: Request) -> None:
        # The browser itself ends what is under way when the next page is asked for.
        if request.failure != "net::ERR_ABORTED":
            self.failed.append(f"{request.url}: {request.failure}")

    def assert_clean(self) -> None:
        """Nothing complained, nothing left this machine, nothing was missing."""
        assert self.complaints == []
        assert self.elsewhere == []
        assert self.failed == []


def assert_fits(page: Page) -> None:
    """The page is no wider than its window."""
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 1, f"{page.url} is {wide} px wider than its window"


def assert_told(page: Page, sentence: str) -> None:
    """The page says it; a form with all its parts may take a loaded machine some seconds."""
    expect(page.get_by_text(sentence).first).to_be_visible(timeout=PATIENCE)
    page.wait_for_load_state("networkidle")  # a request cut off by the next click is no failure
