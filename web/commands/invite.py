"""`firstparty invite`: hand a vendor a link, or a QR code, by which its client is let in."""

from __future__ import annotations

import click

from web import options


@click.command("invite")
@click.argument("vendor", metavar="[VENDOR]", required=False)
@options.vault_options
@click.option("--expires", "days", type=int, default=30, show_default=True, metavar="DAYS", help="How long it holds.")
@click.option("--svg", "svg", metavar="FILE", help="Write the QR code into this file, for printing.")
@click.option(
    "--url",
    metavar="URL",
    help="The vault's address as vendors see it, else FIRSTPARTY_URL, else the running server's.",
)
@click.option("--list", "listed", is_flag=True, help="List the invitations that you have made.")
@click.option("--revoke", metavar="ID", help="Take an invitation back that nobody has used.")
def COMMAND(
    vendor: str | None,
    home: str | None,
    passphrase_file: str | None,
    as_json: bool,
    days: int,
    svg: str | None,
    url: str | None,
    listed: bool,
    revoke: str | None,
) -> None:
    """Invite a vendor of the vault: prints a link, and draws it as a QR code.

    The client that introduces itself with the code of the link may write to you and is that vendor's. A code works once and
    runs out; another one for the same vendor takes the place of the one before. It is shown this once and never again.
    """
    if [bool(vendor), listed, bool(revoke)].count(True) != 1:
        raise click.UsageError("name a VENDOR, or give --list or --revoke ID")
    if vendor:
        _invite(vendor, home, passphrase_file, as_json, days, svg, url)
    elif revoke:
        _revoke(revoke, home, passphrase_file, as_json)
    else:
        _list(home, passphrase_file, as_json)


def _invite(
    vendor: str,
    home: str | None,
    passphrase_file: str | None,
    as_json: bool,
    days: int,
    svg: str | None,
    url: str | None,
) -> None:
    from vault import meeting
    from vault.overview import Overview
    from web import find, invitation_output, output

    base = invitation_output.address(options.home_of(home), url)
    with options.open_vault(home, passphrase_file, by="invite") as vault:
        row = find.vendor(Overview(vault.connection, vault.now.date()), vendor)
        made = meeting.invite(vault, row.id, days=days)
    link = invitation_output.link(base, made.code)
    if svg:
        invitation_output.write_svg(link, svg)
    if as_json:
        output.as_json({**invitation_output.shape(made.invitation), "link": link, "code": made.code})
        return
    invitation_output.draw(link)
    click.echo(link)
    click.echo(f"For {output.plain(row.name)}, once, until {made.invitation.expires[:10]}.", err=True)


def _list(home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    from vault import meeting
    from web import invitation_output, output

    with options.open_vault(home, passphrase_file, by="invite") as vault:
        found = meeting.invitations(vault)
    if as_json:
        output.as_json({"invitations": [invitation_output.shape(one) for one in found]})
    else:
        invitation_output.table(found)


def _revoke(id: str, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    from vault import ids, meeting
    from web import invitation_output, output

    number = ids.number_of("invitation", id)
    with options.open_vault(home, passphrase_file, by="invite") as vault:
        one = meeting.revoke(vault, number)
    if as_json:
        output.as_json(invitation_output.shape(one))
    else:
        click.echo(f"Revoked: the invitation of {output.plain(one.vendor_name)}.")
