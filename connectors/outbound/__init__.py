"""Every HTTP request that leaves the vault goes through here.

The addresses come from strangers: a vendor names its document, its keys and its webhook. So the theory is that every URL is
hostile, and that what is checked is what is connected to.

* A URL is https, has a host by name, no user, no fragment, an allowed port, and only characters that every parser reads
  alike (`urls`).
* The name is resolved once. All of its addresses, and the addresses hidden in them, have to be public, or the name is
  refused (`addresses`, `resolving`). The connection is made to one of those very addresses; the name stands in SNI, in the
  certificate check and in `Host` (`wire`).
* One request, one connection: nothing of one vendor's answer can be taken for another's.
* No redirect is followed, no proxy, credential or key log of the environment is used, no encoding is accepted, no cookie
  kept. Time, headers and body have limits (`limits`).
* What comes back is an `Outcome`, whatever the status, or an `OutboundError` with a code. Nothing that the other side wrote
  stands in an error, and no other exception leaves this package.

With `development`, `localhost` and its literal addresses may be asked too, by http as well, on any port. Nothing else
changes.

Not done here: how often to ask (the callers'), and hiding the vault's own address from who is asked.
"""

from connectors.outbound.asking import Outbound, prepare
from connectors.outbound.errors import OutboundError
from connectors.outbound.limits import Limits
from connectors.outbound.outcome import Outcome
from connectors.outbound.urls import Target, target

__all__ = ["Limits", "Outbound", "OutboundError", "Outcome", "Target", "prepare", "target"]
