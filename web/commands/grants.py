"""`firstparty grants`: who may read what of the profile, and when they last did."""

from __future__ import annotations

import click

from web import options

# `vault.policy.grant_life.State`, which is not imported for --help
_STATES = "active narrowed revoked expired ended".split()


@click.command("grants")
@options.vault_options
@options.signing_time_option
@click.option("--vendor", metavar="NAME", help="Only those of this vendor.")
@click.option("--state", type=click.Choice(_STATES), help="Only those in this state.")
def COMMAND(
    home: str | None, passphrase_file: str | None, as_json: bool, now: str | None, vendor: str | None, state: str | None
) -> None:
    """List the grants, newest first: what each vendor may read of your profile, and how often it did.

    A grant by which nothing was read for 90 days is marked as unused.
    """
    from vault import granting
    from web import grant_output, grant_shapes, output

    when = options.time_of(now)
    with options.open_vault(home, passphrase_file, by="grants", now=when) as vault:
        found = granting.listed(vault.connection, when)
    found = [one for one in found if state in (None, one.state)]
    if vendor:
        folded = vendor.strip().casefold()
        found = [one for one in found if folded in f"{one.vendor}\n{one.row.client_url}".casefold()]
    if as_json:
        output.as_json({"grants": [grant_shapes.grant(one, when) for one in found]})
    else:
        output.show(grant_output.grants(found, when), empty="There are no such grants.", rows=len(found))
