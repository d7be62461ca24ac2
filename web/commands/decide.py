"""`firstparty decide`: what the butler makes of one request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from web import options

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from vault.policy.deciding import Decided
    from vault.policy.requests import Request
    from vault.policy.values import Value

# The largest request that the API takes, and a byte more to see that there is more.
_MAX_BYTES = 1024 * 1024 + 1


@click.command("decide")
@click.argument("request", metavar="REQUEST.json")
@click.option("--rules", metavar="FILE", help="Decide by this rule file or pack, without a vault; nothing is stored.")
@click.option("--facts", metavar="FILE", help="Facts that stand above what is found out (JSON object, see `facts`).")
@click.option("--dry-run", is_flag=True, help="Decide by the vault's rules and store nothing.")
@options.now_option
@options.vault_options
def COMMAND(
    request: str,
    rules: str | None,
    facts: str | None,
    dry_run: bool,
    now: str | None,
    home: str | None,
    passphrase_file: str | None,
    as_json: bool,
) -> None:
    """Decide one request, and say why: accept, refuse or ask, every rule behind it, and what would be accepted.

    With --rules nothing but the request, the rules and the facts given counts, and no vault is needed. Without, the vault's
    rules and all that it knows count, and the decision is kept (see `decisions`). The exit code is 0 whatever the verdict.
    """
    from vault.policy import requests

    asked = requests.read(_bytes(request))
    given = _facts(facts) if facts else {}
    if rules:
        _print(_without_vault(asked, rules, given, _moment(now)), "", as_json)
        return
    from vault.butler.decisions import Butler

    moment = _moment(now)
    with options.open_vault(home, passphrase_file, by="decide", now=moment) as vault:
        butler = Butler(vault, now=moment)
        found = butler.considered(asked, given=given)
        id = ""
        if not dry_run:
            from vault import ids

            with vault.transaction():
                made = butler.keep(asked, found, source="file")
            id = ids.text("decision", made.id)
    _print(found, id, as_json)


def _without_vault(asked: Request, rules: str, given: Mapping[str, Value | None], now: datetime) -> Decided:
    from vault.butler import rulebook
    from vault.policy.deciding import RuleBook
    from vault.policy.world import World
    from web import rule_files

    book = RuleBook(rulebook.read(*rule_files.source(rules)))
    return book.decided(World(asked, now), given)


def _answer(found: Decided) -> dict[str, object]:
    from terms.comparison import to_json
    from vault.policy.explaining import counters_json, reasons_json

    return {
        "verdict": str(found.outcome.verdict),
        "effect": found.effect,
        "by_default": found.outcome.by_default,
        "reasons": reasons_json(found.outcome.reasons),
        "counter": counters_json(found.counters, found.facts, found.compared),
        "terms": None if found.compared is None else to_json(found.compared),
        "request_sha256": found.request_sha256,
        "rules_sha256": found.rules_sha256,
    }


def _print(found: Decided, id: str, as_json: bool) -> None:
    """`id` is that of the stored decision, empty where none was stored."""
    from terms.comparison import Exceeds
    from vault.policy.explaining import counters_json, reasons_json
    from web import decision_output, output

    if as_json:
        output.as_json({"id": id, **_answer(found)} if id else _answer(found))
        return
    counters = counters_json(found.counters, found.facts, found.compared)
    decision_output.explain(str(found.outcome.verdict), found.effect, reasons_json(found.outcome.reasons), counters)
    if not counters and isinstance(found.compared, Exceeds):
        decision_output.fitting(found.compared)
    if id:
        output.console().print(f"\n[dim]Kept as {id}.[/]")


def _moment(now: str | None) -> datetime:
    """Now where the person is; the noon of a day that was asked for."""
    from datetime import datetime, time

    from vault.times import day
    from web import clock

    local = clock.now().astimezone()
    return datetime.combine(day(now), time(12), local.tzinfo) if now else local


def _bytes(path: str) -> bytes:
    return options.read_text(path, max_bytes=_MAX_BYTES).removeprefix("\ufeff").encode()


def _facts(path: str) -> dict[str, Value | None]:
    """A flat object of fact and value. A name that is no fact is a slip and refused; a value that does not fit its fact is
    not known, as everywhere, and that is said."""
    from terms.errors import UsageError
    from terms.nearest import hint
    from terms.refusals import quoted
    from vault.policy.facts import TABLE
    from vault.policy.strict import parse
    from vault.policy.writing import from_json

    json = parse(_bytes(path), "a file of facts")
    if not isinstance(json, dict):
        raise UsageError(f"`{path}` is no object of facts", hint='write {"offer.category": "energy.electricity", …}')
    found: dict[str, Value | None] = {}
    for name, value in json.items():
        fact = TABLE.get(name)
        if fact is None:
            raise UsageError(f"there is no fact {quoted(name)}", hint=hint(name, TABLE, "see `firstparty facts`"))
        found[name] = from_json(fact, value)
        if value is not None and found[name] is None:
            click.echo(f"firstparty: {quoted(value)} is no {fact.type}, so `{name}` counts as not known", err=True)
    return found
