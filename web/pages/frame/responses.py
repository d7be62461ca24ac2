"""What a page answers: a page or a way to go, with the policy that browsers hold it to (CSP Level 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from web.pages.frame.rendering import rendered
from web.server.answers import Answer

HTML: Final = "text/html"  # the charset is added where it is sent
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
)


def page(template: str, context: Mapping[str, object], *, status: int = 200, leads_to: str = "") -> Answer:
    """`leads_to` is the origin of another site that a form of the page goes on to."""
    forms = f"'self' {leads_to}".strip()
    headers = {"Content-Security-Policy": _POLICY.format(forms=forms), "Cache-Control": "no-store"}
    return Answer(status, rendered(template, context), HTML, headers)


def attachment(content: str, media_type: str, name: str) -> Answer:
    """A file to keep; `name` is one of ours."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Answer(200, content.encode(), media_type, headers)


def goes_to(address: str, *, cookie: str = "") -> Answer:
    """303 See Other."""
    return Answer(303, b"", HTML, {"Location": address, **({"Set-Cookie": cookie} if cookie else {})})


def local(address: str) -> str:
    """An address of our own that a browser may be sent on to; the start for any other. A browser reads `\\` as `/`."""
    is_own = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_own else "/"
