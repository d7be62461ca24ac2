"""`firstparty recovery`: the key on paper."""

from __future__ import annotations

import click

from web import options


@click.group("recovery")
def COMMAND() -> None:
    """Prove that your recovery key works, or make a new one."""


@COMMAND.command("test")
@options.home_option
@options.json_option
@click.option(
    "--recovery-file",
    metavar="FILE",
    envvar="FIRSTPARTY_RECOVERY_FILE",
    help="Read the recovery key from this file [env: FIRSTPARTY_RECOVERY_FILE].",
)
def test(home: str | None, as_json: bool, recovery_file: str | None) -> None:
    """Open the vault with the recovery key alone, and note in the log that it worked."""
    from vault import keyring
    from vault.session import Vault
    from web import beside, clock, output

    folder = options.home_of(home)
    ring = keyring.load(folder)
    written = options.secret(recovery_file, prompt="Recovery key")
    if keyring.as_recovery_key(written) is None:
        raise keyring.WrongKeyError("that is not a recovery key", hint="it has nine groups of four letters and digits")
    keyring.unlock(ring, written, kinds=("recovery",))
    by = "recovery test"
    opened = beside.opened(folder, by=by, now=None) or Vault.open(folder, written, now=clock.now(), by=by)
    with opened as vault, vault.transaction():
        vault.log("recovery.tested", {})
    output.done(as_json, "The recovery key opens this vault.")


@COMMAND.command("replace")
@options.vault_options
def replace(home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Make a new recovery key; the old one stops working."""
    from vault import keyring
    from web import output

    key = keyring.new_recovery_key()
    with options.open_vault(home, passphrase_file, by="recovery replace", alone=True) as vault:
        vault.replace_recovery_key(key)
    if as_json:
        output.as_json({"recovery_key": key})
    else:
        output.console().print(f"The new recovery key, shown only now:\n\n  [bold]{key}[/]")
