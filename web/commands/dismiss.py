"""`firstparty dismiss`: no, that is none."""

from __future__ import annotations

import click

from web import options

# Questions have ids of twelve hexadecimal digits.
_QUESTION_DIGITS = 12


@click.command("dismiss")
@click.argument("subject", metavar="CONTRACT-OR-QUESTION")
@options.vault_options
def COMMAND(subject: str, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Say that a contract (id or title) is none, or that a question of `review` should not be asked again.

    A dismissed contract stays dismissed when more statements arrive; `confirm` takes it back.
    """
    from vault import owner
    from web import output, verdicts

    with options.open_vault(home, passphrase_file, by="dismiss") as vault:
        if len(subject) == _QUESTION_DIGITS and all(digit in "0123456789abcdef" for digit in subject):
            owner.dismiss_question(vault, subject)
            said = "It will not be asked again."
        else:
            one = verdicts.contract_of(vault, subject)
            owner.dismiss(vault, one)
            said = f"{one.row.title} is no contract."
    output.done(as_json, said)
