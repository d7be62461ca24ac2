"""`firstparty reminders`: what you are told ahead of time, when and where."""

from __future__ import annotations

from typing import Final, TextIO

import click

from web import options

# More is no address.
_LONGEST: Final = 4_096


@click.group("reminders")
def COMMAND() -> None:
    """Be told of dates ahead of time: by mail, ntfy, a chat, and over a hundred services more.

    A running server sends them. Quiet hours, digests and the hour are set on its page `/settings/reminders`.
    """


@COMMAND.command("next")
@options.vault_options
@options.signing_time_option
@click.option("--count", default=10, show_default=True, type=click.IntRange(1, 100), help="How many.")
def next_(home: str | None, passphrase_file: str | None, as_json: bool, now: str | None, count: int) -> None:
    """Show what is told next, and when."""
    from vault.preferences import zone_of
    from vault.reminding import keeping, words
    from web import output

    with options.open_vault(home, passphrase_file, by="reminders next", now=options.time_of(now)) as vault:
        zone, has_channel = zone_of(vault.connection), bool(keeping.channels(vault))
        runs = [(moment.astimezone(zone), part) for moment, part in keeping.coming(vault, count)]
    if as_json:
        shown = [
            {
                "at": moment.isoformat(),
                "about": [{"title": one.item.title, "kind": one.item.kind, "on": str(one.item.on)} for one in part],
            }
            for moment, part in runs
        ]
        output.as_json({"zone": zone.key, "next": shown})
        return
    table = output.table("at", "about")
    for moment, part in runs:
        lines = [f"{one.item.title}: {words.kind(one.item.kind)} {one.item.on}" for one in part]
        table.add_row(f"{moment:%Y-%m-%d %H:%M}", output.plain("; ".join(lines)))
    output.show(table, empty="Nothing is to be told.", rows=len(runs))
    if not has_channel:
        output.console(err=True).print("Nothing is sent until there is a channel: firstparty reminders add -")


@COMMAND.command("channels")
@options.vault_options
def channels(home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """List where reminders go. Addresses are secrets and are not shown."""
    from vault.reminding import keeping
    from web import output

    with options.open_vault(home, passphrase_file, by="reminders channels") as vault:
        found = [(one, keeping.last_of(vault, one.id)) for one in keeping.channels(vault)]
    if as_json:
        shown = [
            {"id": one.id, "label": one.label, "service": one.service, "last": last.state if last else None,
             "fault": last.fault if last else ""}
            for one, last in found
        ]  # fmt: skip
        output.as_json({"channels": shown})
        return
    table = output.table("id", "label", "service", "last")
    for one, last in found:
        told = f"{last.state} {last.fault}".strip() if last else "nothing yet"
        table.add_row(str(one.id), output.plain(one.label), output.plain(one.service), output.plain(told))
    output.show(table, empty="Reminders go nowhere yet.", rows=len(found))


@COMMAND.command("add")
@click.argument("source", metavar="FILE|-", type=click.File("r"))
@click.option("--label", default="", metavar="NAME", help="Your name for it.")
@options.vault_options
def add(source: TextIO, label: str, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Add where reminders go: the address of a service, from FILE or standard input.

    An address has passwords in it, so it is never an argument, which every user of the machine could read. Such as
    `ntfy://ntfy.sh/topic` or `mailto://user:password@mail.example?to=you@example.org`; see docs/reminders.md.
    """
    from connectors.reminders import checked
    from vault.reminding import keeping
    from web import output

    url = source.read(_LONGEST).strip()
    service = checked(url)
    with options.open_vault(home, passphrase_file, by="reminders add") as vault:
        id = keeping.add_channel(vault, url, service, label)
    if as_json:
        output.as_json({"id": id, "service": service})
    else:
        output.console().print(f"Added {output.plain(service)}. See that it arrives: firstparty reminders test {id}")


@COMMAND.command("remove")
@click.argument("channel", type=int)
@options.vault_options
def remove(channel: int, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Remove where reminders go, by its id."""
    from terms.errors import UsageError
    from vault.reminding import keeping
    from web import output

    with options.open_vault(home, passphrase_file, by="reminders remove") as vault:
        if not keeping.remove_channel(vault, channel):
            raise UsageError(f"there is no channel {channel}", hint="see `firstparty reminders channels`")
    output.done(as_json, "Removed.")


@COMMAND.command("test")
@click.argument("channel", type=int)
@options.vault_options
def test(channel: int, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Send a test to a channel, the way that reminders go, and say what came of it."""
    from connectors.reminders import ServiceError, send
    from terms.errors import UsageError
    from vault.reminding import keeping, words
    from web import output

    with options.open_vault(home, passphrase_file, by="reminders test") as vault:
        row = keeping.channel(vault, channel)
    if row is None:
        raise UsageError(f"there is no channel {channel}", hint="see `firstparty reminders channels`")
    found = send(row.url, *words.trial())
    if found.fault:
        raise ServiceError(f"the test could not be sent: {found.fault}")
    output.done(as_json, "Sent. See that it arrives.")


@COMMAND.command("leads")
@click.argument("contract", metavar="CONTRACT")
@click.argument("days", metavar="DAYS…", nargs=-1)
@click.option("--usual", is_flag=True, help="The usual ones again.")
@options.vault_options
def leads(
    contract: str, days: tuple[str, ...], usual: bool, home: str | None, passphrase_file: str | None, as_json: bool
) -> None:
    """Set how many days ahead you are told of a contract's dates: `reminders leads Spotify 30 14 3`; none for never."""
    from vault.reminding import keeping
    from web import output, verdicts

    wanted = None if usual else keeping.read_leads(" ".join(days))
    with options.open_vault(home, passphrase_file, by="reminders leads") as vault:
        one = verdicts.contract_of(vault, contract)
        keeping.put_leads(vault, one.row.id, wanted)
    told = "as usual" if wanted is None else ", ".join(map(str, wanted)) or "never"
    output.done(as_json, f"{output.plain(one.row.title)}: {told}.")
