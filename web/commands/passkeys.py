"""`firstparty passkeys`: the passkeys that log a browser in."""

from __future__ import annotations

import click

from web import options
from web.groups import ShowByDefault


class _Passkeys(ShowByDefault):
    default = bare = "list"


@click.group("passkeys", cls=_Passkeys)
def COMMAND() -> None:
    """List the passkeys that log a browser in, and remove one.

    They are added and renamed in the browser, on the page `/settings/passkeys`. A passkey opens the pages and never the vault, so
    whoever lost all of them logs in with the passphrase, or by the link of `firstparty login`.
    """


@COMMAND.command("list")
@options.vault_options
def list_(home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """List passkeys, with the host that each is for."""
    from vault.sessions import passkeys
    from web import output

    with options.open_vault(home, passphrase_file, by="passkeys") as vault:
        found = passkeys.listed(vault)
    if as_json:
        shown = [
            {"id": one.id, "name": one.name, "host": one.host, "added_at": one.added_at, "used_at": one.used_at or None}
            for one in found
        ]
        output.as_json({"passkeys": shown})
        return
    table = output.table("id", "name", "host", "added", "last used")
    for one in found:
        table.add_row(str(one.id), output.plain(one.name), one.host, one.added_at[:10], one.used_at[:10] or "never")
    output.show(table, empty="There are no passkeys. Add one on the page /settings/passkeys.", rows=len(found))


@COMMAND.command("remove")
@click.argument("passkey", type=int)
@options.vault_options
def remove(passkey: int, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Remove a passkey, by its id: from now on it logs nobody in.

    A browser that it has logged in stays so until it is logged out, on the page `/settings/sessions`.
    """
    from terms.errors import UsageError
    from vault.sessions import passkeys
    from web import output

    with options.open_vault(home, passphrase_file, by="passkeys remove") as vault:
        if not passkeys.remove(vault, passkey):
            raise UsageError(f"there is no passkey {passkey}", hint="see `firstparty passkeys`")
    output.done(as_json, "Removed. It logs nobody in any more.")
