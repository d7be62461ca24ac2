"""Sending a short text to the owner by the service that they named: mail, ntfy, a chat, their own server.

Apprise speaks to the services, and this is the one place that knows it. The address is the owner's own and may lie in their
own network, so the guard of `connectors.outbound`, which holds off strangers' addresses, does not stand here.

* `checked` says what service an address is of, without asking anybody. Services of this machine (its desktop, its log) are
  refused: the server has no business there.
* `send` sends once. What went wrong is told as a sentence of ours without what the address has in secrets.
* Every host that was looked up while sending is given back, as the system saw it.

Apprise costs half a second of imports, which only those who send wait for.
"""

from connectors.reminders.sending import Sent, ServiceError, checked, send

__all__ = ["Sent", "ServiceError", "checked", "send"]
