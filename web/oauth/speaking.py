"""How the endpoints speak: forms in, JSON out, and every "no" as `{"error", "error_description"}` (RFC 6749, 5.2).

A form is read as strictly as every body here, and a parameter given twice is refused. Nothing of a request stands in an
answer but the names of parameters. Answers are not stored by anybody (`Cache-Control: no-store`, as all answers here).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from connectors.client_metadata import ClientMetadataError
from vault import access
from vault.access import AccessRefused
from web.server import answers, bodies
from web.server.answers import Answer, Streamed
from web.server.bodies import FormError, MediaTypeError, TooLargeError, TooSlowError
from web.server.principals import SAID
from web.server.routes import Asked, Handler

if TYPE_CHECKING:
    from vault.access.parameters import Parameters

# What is wrong with a body has no error of its own in OAuth, and keeps its status where that says more than 400.
_STATUS: Final = {FormError: 400, MediaTypeError: 400, TooLargeError: 413, TooSlowError: 408}


async def form(asked: Asked) -> Parameters:
    """The parameters of a request."""
    return access.once(bodies.form(await bodies.read(asked.request, bodies.FORM)).items())


def spoken(step: Handler) -> Handler:
    """The handler, with its refusals as OAuth says them."""

    async def handler(asked: Asked) -> Answer | Streamed:
        try:
            return await step(asked)
        except AccessRefused as refused:
            return _noted(asked, refused)
        except ClientMetadataError as error:
            return _noted(asked, AccessRefused("invalid_client", error.sentence, hint=error.hint))
        except tuple(_STATUS) as error:
            wrong = AccessRefused("invalid_request", error.sentence, hint=error.hint)
            return _noted(asked, wrong, _STATUS[type(error)])

    return handler


def _noted(asked: Asked, refused: AccessRefused, status: int | None = None) -> Answer:
    """The refusal, and its code for the log."""
    asked.request.scope["state"][SAID] = refused.error
    return refusal(refused, status)


def refusal(refused: AccessRefused, status: int | None = None) -> Answer:
    return answers.json(refused.to_json(), status or refused.status)
