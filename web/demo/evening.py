"""The sample person's evening in a terminal: from files to answers, printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from rich.console import Console

    from vault.butler.running import Round
    from vault.importing import ImportReport
    from vault.overview import Contract, Overview
    from vault.relationships.savings import Savings
    from vault.session import Vault

# How far ahead the demo looks: what a person would want to know on such an evening.
AHEAD = "P90D"
# Longer lists are a click away; the demo shows what matters most.
SHOWN = 14
# The rules that the sample person's butler goes by.
PACK = "price-hunter"
# Characters of the longest bar.
BAR = 40


def run(folder: Path, as_json: bool, *, kept: bool) -> None:
    """Made in this folder; `kept` says how to look around in it afterwards."""
    import secrets

    from connectors.isolation import ReadingRoom
    from connectors.sources import expand
    from vault import files, keyring, owner
    from vault.overview import Overview
    from vault.questions import evening
    from vault.session import Vault
    from web import clock, importer, output, progress
    from web.demo import SAMPLE_DAY, write_sample

    (folder / "files").mkdir(mode=files.PRIVATE_FOLDER, parents=True, exist_ok=True)
    paths = write_sample(folder / "files", until=SAMPLE_DAY)
    items = list(expand(paths))
    passphrase = f"demo-{secrets.token_hex(8)}"
    with ReadingRoom() as room:
        recovery = keyring.new_recovery_key()
        with Vault.create(folder / "vault", passphrase, recovery, now=clock.now()) as vault:
            owner.set_owner(vault, ("Alex Example",), "DE")
            importing = vault.importing()
            try:
                with progress.bar(items, quiet=as_json) as on_progress:
                    importer.read_all(room, items, importing, on_progress=on_progress)
                report = importing.commit()
            finally:
                importing.roll_back()
            overview = Overview(vault.connection, SAMPLE_DAY)
            savings = evening(overview)
            judged = _judged(vault)
            if as_json:
                output.as_json(_answer(report, overview, savings, judged))
            else:
                _show(report, overview, savings, judged)
    if kept:
        files.replace(folder / "passphrase", f"{passphrase}\n".encode())
        output.console(err=True).print(
            f"\nKept in {folder}. Look around with: firstparty vendors --now {SAMPLE_DAY} --home {folder / 'vault'} "
            f"--passphrase-file {folder / 'passphrase'}",
            markup=False,
            soft_wrap=True,
        )


def _judged(vault: Vault) -> Round:
    """What the butler makes of it, by a pack of rules."""
    from datetime import UTC, datetime, time

    from vault.butler import rulebook, running
    from vault.butler.decisions import Butler
    from vault.policy import packs
    from web.demo import SAMPLE_DAY

    rulebook.install(vault, packs.text(PACK), f"{PACK}.toml")
    return running.run(Butler(vault, now=datetime.combine(SAMPLE_DAY, time(18), UTC)))


def _answer(report: ImportReport, overview: Overview, savings: Savings, judged: Round) -> dict[str, object]:
    from web import shapes

    return {
        "import": shapes.import_report(report),
        "vendors": [shapes.vendor(row, overview) for row in overview.vendors],
        "contracts": [shapes.contract(one) for one in overview.contracts],
        "deadlines": [shapes.deadline(one, due) for one, due in overview.deadlines(_until(overview.today))],
        "butler": {"rules": PACK, "read": judged.read, "shown": [told.sentence for told in judged.told]},
        "sentence": savings.sentence,
        "arithmetic": list(savings.lines),
    }


def _until(today: date) -> date:
    from vault import periods

    return periods.add(today, periods.parse(AHEAD))


def _show(report: ImportReport, overview: Overview, savings: Savings, judged: Round) -> None:
    from web import output

    out = output.console()
    found = sum(sum(file.found.values()) for file in report.files)
    out.print(f"[bold]A sample person's evening, {overview.today}[/]")
    added = ", ".join(f"{count} {kind}{'s' if count != 1 else ''}" for kind, count in report.added.items())
    out.print(
        f"[dim]{len(report.files)} files, {found} records read; {added}; what two files both had was kept once[/]"
    )
    running = [one for one in overview.contracts if one.status != "ended"]
    _heading(out, "Relationships", f"{len(overview.vendors)} vendors, {len(running)} running contracts")
    running.sort(key=lambda one: -one.yearly.minor)
    out.print(output.contracts(running[:SHOWN]))
    if len(running) > SHOWN:
        out.print(f"[dim]… and {len(running) - SHOWN} smaller ones[/]")
    _totals(out, overview)
    _picture(out, running)
    due = [pair for pair in overview.deadlines(_until(overview.today)) if not _is_rolling(pair[0].row.period)]
    _heading(out, "Coming up", "the next 90 days; monthly contracts can be left every month and are not listed")
    out.print(output.deadlines(due[:SHOWN], brief=True))
    out.print(
        "[dim]law: an assumption with its source, see `firstparty renewals`; unknown: `firstparty review` asks[/]"
    )
    _rises(out, overview)
    _heading(out, "Your butler", f"renewals and price rises, decided by the rules of `{PACK}`: {judged.summary}")
    for told in judged.told:
        out.print(f"  {output.plain(told.sentence)}", soft_wrap=True)
    _heading(out, "Tonight", "each amount counted once; price rises of the last year")
    table = output.table(">Found", "", "Why")
    for saving in savings.found:
        table.add_row(
            str(saving.money), "a year" if saving.yearly else "once", f"[dim]{output.plain(saving.reason)}[/]"
        )
    out.print(table)
    out.print(f"[bold green]{output.plain(savings.sentence[:1].upper() + savings.sentence[1:])}.[/]")
    out.print("\nYour own evening: [bold]firstparty init[/], then [bold]firstparty import[/] your files.")


def _is_rolling(period: str) -> bool:
    from vault import periods

    return periods.parse(period).mean_days < 80


def _heading(out: Console, title: str, note: str) -> None:
    out.print(f"\n[bold cyan]{title}[/]  [dim]{note}[/]")


def _totals(out: Console, overview: Overview) -> None:
    costs = overview.cost_per_month(overview.contracts)
    out.print("[bold]" + ", ".join(str(money) for money in costs.values()) + " a month[/]")


def _picture(out: Console, running: list[Contract]) -> None:
    """What a year costs by category, in the currency that most contracts have."""
    from collections import Counter

    from vault.money import Money
    from vault.relationships.categories import TREE
    from web import output

    main = Counter(one.row.currency for one in running).most_common(1)[0][0]
    sums: Counter[str] = Counter()
    for one in running:
        if one.row.currency == main:
            sums[TREE.get(one.row.category.partition(".")[0], "Everything else")] += one.yearly.minor
    largest = max(sums.values())
    _heading(out, "Where it goes", f"contracts in {main}, a year")
    table = output.table("", "", ">")
    for name, minor in sums.most_common():
        table.add_row(name, f"[cyan]{'█' * max(1, round(BAR * minor / largest))}[/]", str(Money(minor, main)))
    out.print(table)


def _rises(out: Console, overview: Overview) -> None:
    from vault.money import Money
    from vault.periods import parse
    from vault.relationships.watch import yearly_effect
    from web import output

    _heading(out, "Became dearer", "in two years")
    table = output.table("Contract", "Since", ">From", ">To", ">A year more")
    for one in overview.contracts:
        for change in one.row.price_changes:
            effect = yearly_effect(change, parse(one.row.period), one.row.currency)
            if effect.minor > 0 and one.status != "ended":
                prices = (str(Money(minor, one.row.currency)) for minor in (change.from_minor, change.to_minor))
                table.add_row(output.plain(one.row.title), str(change.on), *prices, f"[red]{effect}[/]")
    out.print(table)
