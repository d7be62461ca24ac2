"""The client kit for vendors: everything that a vendor's program does with a person's vault.

    from connectors.kit import Credentials, Vault

`Vault.connect` is where to begin; docs/vendors.md walks through it. The kit speaks the vendor API and nothing of the vault's
own code: it needs `terms` and `connectors.webhooks`, httpx and msgspec.

Who makes what: `credentials` signs as the vendor, `wire` is HTTP, `session` adds tokens and proofs, `agreeing`, `consent`,
`reading`, `receipts` are the parts with a theory of their own, `connection` puts them together. `webhooks` receives, `sync`
waits, `proof` signs for curl, `development` serves a client's document on this machine.
"""

from connectors.kit.agreeing import Agreed, FolderOfHistories, Histories
from connectors.kit.connection import PATIENCE, Vault
from connectors.kit.consent import Grant, Pushed
from connectors.kit.credentials import Credentials
from connectors.kit.development import serve_document
from connectors.kit.errors import (
    CredentialsError,
    Denied,
    KitError,
    NotVerified,
    OAuthError,
    Problem,
    Unreachable,
    Waiting,
)
from connectors.kit.reading import Cursor, FileCursor
from connectors.kit.receipts import Receipt
from connectors.kit.shapes import (
    Answer,
    Attribute,
    Event,
    Feedback,
    Holdings,
    Intent,
    Introduction,
    Message,
    Offered,
    Order,
    Profile,
    Record,
    Right,
    Sent,
    WebhookState,
)
from connectors.kit.webhooks import Hook, answered
from connectors.kit.wire import Patience

__all__ = [
    "PATIENCE",
    "Agreed",
    "Answer",
    "Attribute",
    "Credentials",
    "CredentialsError",
    "Cursor",
    "Denied",
    "Event",
    "Feedback",
    "FileCursor",
    "FolderOfHistories",
    "Grant",
    "Histories",
    "Holdings",
    "Hook",
    "Intent",
    "Introduction",
    "KitError",
    "Message",
    "NotVerified",
    "OAuthError",
    "Offered",
    "Order",
    "Patience",
    "Problem",
    "Profile",
    "Pushed",
    "Receipt",
    "Record",
    "Right",
    "Sent",
    "Unreachable",
    "Vault",
    "Waiting",
    "WebhookState",
    "answered",
    "serve_document",
]
