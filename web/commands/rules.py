"""`firstparty rules`: rules are written, checked, tried on the past, proven and installed here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from web import options

if TYPE_CHECKING:
    from vault.policy.proving import Supremum
    from vault.policy.rules import RuleSet

_FILE_HELP = "A rule file, TOML or JSON; or the name of a pack (see `rules packs`)."


@click.group("rules")
def COMMAND() -> None:
    """Write the rules that your butler decides by: check them, try them on the past, prove what they never do, install."""


@COMMAND.command("check")
@click.argument("file", metavar="FILE")
@options.json_option
def check(file: str, as_json: bool) -> None:
    """Read a rule file and tell what in it cannot be meant: contradictions, rules that never fire, missing caps.

    FILE is a rule file or the name of a pack. Ends with the most that an accepted offer can commit you to. Exits with 1 where
    a rule is an error; warnings and notes are told and pass.
    """
    from vault.policy.builtin import builtin
    from vault.policy.checking import Severity, check
    from web import output, rules_output, rules_shapes

    rules = _read(file)
    found = check(rules, beside=builtin())
    limits = _most_committed(rules)
    if as_json:
        output.as_json(rules_shapes.checked(rules, found, limits))
    else:
        rules_output.checked(rules, found, limits)
    if any(finding.severity is Severity.ERROR for finding in found):
        raise SystemExit(1)


@COMMAND.command("try")
@click.argument("file", metavar="FILE")
@click.option("--since", metavar="DAY", help="Only what was decided on this day or later (YYYY-MM-DD).")
@options.vault_options
def try_(file: str, since: str | None, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Decide again what was decided before, by the rules of FILE, and list every verdict that would change.

    Nothing is installed and nothing is stored.
    """
    from vault.butler.trying import tried
    from vault.times import day
    from web import output, rules_output

    rules, start = _read(file), str(day(since)) if since else ""
    with options.open_vault(home, passphrase_file, by="rules try") as vault:
        trial = tried(vault.connection, rules, since=start)
    if as_json:
        output.as_json(trial)
    else:
        rules_output.trial(trial)


@COMMAND.command("prove")
@click.argument("assertion", metavar='"never accept when …"')
@click.option("--rules", "file", metavar="FILE", help=f"{_FILE_HELP} Without it: the rules in the vault.")
@options.vault_options
def prove(assertion: str, file: str | None, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Prove that no request there can be breaks an assertion, or show one that does.

    The built-in checks count too. Exits with 0 when proven, 1 with a counterexample, 3 where neither could be found.

    \b
    firstparty rules prove "never accept for offer when offer.cost.commitment > 1200 EUR" --rules my-rules.toml
    firstparty rules prove "always refuse for offer when vendor.breaches > 0" --rules privacy-strict
    """
    from vault.policy.builtin import with_builtin
    from vault.policy.proving import prove, read_assertion
    from web import output, rules_output, rules_shapes

    asserted = read_assertion(assertion)
    rules = _read(file) if file else _installed(home, passphrase_file)
    answer = prove(with_builtin(rules), asserted)
    if as_json:
        output.as_json(rules_shapes.proof(asserted, answer))
    else:
        rules_output.proof(asserted, answer)
    raise SystemExit(rules_shapes.exit_code(answer))


@COMMAND.command("install")
@click.argument("file", metavar="FILE")
@click.option("--note", metavar="TEXT", default="", help="A sentence on why, kept with the version.")
@options.vault_options
def install(file: str, note: str, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Make the rules of FILE those that hold. The earlier version is kept; `rules undo` takes it back.

    FILE is a rule file or the name of a pack.
    """
    from vault.butler import rulebook
    from web import output, rule_files

    source, name = rule_files.source(file)
    with options.open_vault(home, passphrase_file, by="rules install") as vault:
        made = rulebook.install(vault, source, name, note=note)
    if as_json:
        output.as_json({"version": made.number, "rules_sha256": made.sha256} if made else {"version": None})
    else:
        said = f"Version {made.number} of your rules holds now." if made else "These rules hold already."
        output.console().print(said)


@COMMAND.command("undo")
@options.vault_options
def undo(home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Take back the last installation: the rules of the version before hold again, as a new version."""
    from vault.butler import rulebook
    from web import output

    with options.open_vault(home, passphrase_file, by="rules undo") as vault:
        made = rulebook.undo(vault)
    output.done(as_json, f"Version {made.number} of your rules holds now; it {made.note}.")


@COMMAND.command("list")
@options.vault_options
def list_(home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """List the versions of your rules; the last one holds."""
    from vault.butler import rulebook
    from web import output, rules_output, rules_shapes

    with options.open_vault(home, passphrase_file, by="rules list") as vault:
        found = rulebook.versions(vault.connection)
    if as_json:
        output.as_json({"versions": [rules_shapes.version(one) for one in found]})
    else:
        rules_output.versions(found)


@COMMAND.command("show")
@click.argument("version", metavar="[VERSION|PACK]", required=False)
@options.vault_options
def show(version: str | None, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Print rules as they were written: those that hold, an earlier version, or a pack."""
    from vault.butler import rulebook
    from vault.policy import packs
    from web import output

    if version is not None and not version.isdigit():
        source = packs.text(version)
    else:
        with options.open_vault(home, passphrase_file, by="rules show") as vault:
            source = rulebook.written(vault.connection, int(version) if version else None)
    if as_json:
        output.as_json({"source": source})
    else:
        click.echo(source, nl=not source.endswith("\n"))


@COMMAND.command("packs")
@options.json_option
def packs_(as_json: bool) -> None:
    """List the packs to start from. `rules show PACK` prints one; `rules install PACK` makes it yours."""
    from vault.policy import packs
    from web import output, rules_output

    if as_json:
        output.as_json({"packs": [{"name": name, "rules": len(packs.pack(name).rules)} for name in packs.names()]})
    else:
        rules_output.packs([(name, packs.text(name), len(packs.pack(name).rules)) for name in packs.names()])


def _read(file: str) -> RuleSet:
    from vault.butler import rulebook
    from web import rule_files

    return rulebook.read(*rule_files.source(file))


def _installed(home: str | None, passphrase_file: str | None) -> RuleSet:
    from vault.butler import rulebook

    with options.open_vault(home, passphrase_file, by="rules prove") as vault:
        return rulebook.present(vault.connection)


def _most_committed(rules: RuleSet) -> Supremum:
    from vault.policy.builtin import with_builtin
    from vault.policy.proving import most_committed

    return most_committed(with_builtin(rules))
