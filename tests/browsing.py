"""What tests in a browser have in common."""

from typing import Any


def settled(page: Any) -> None:
    """Wait for the parts that a page asks for by htmx; “network idle” would wait half a second on every page."""
    page.wait_for_selector(
        "body:not(:has(.htmx-request, .htmx-swapping, .htmx-settling))",
        state="attached",
    )
