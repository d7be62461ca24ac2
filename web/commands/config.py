"""`firstparty config`: what is set, and where."""

from __future__ import annotations

import click

from web import options


@click.group("config")
def COMMAND() -> None:
    """See what is set: on the command line, in the environment, in a file, or by default."""


@COMMAND.command("show")
@options.json_option
def show(as_json: bool) -> None:
    """Show each setting with its value and where that comes from.

    An option of a command goes before the environment, which goes before the file. The file is TOML, with the names shown here.
    """
    from web import output, settings

    found, file = settings.held(), settings.path()
    if as_json:
        shapes = [
            {"name": one.setting.name, "value": one.value, "origin": one.origin, "variable": one.setting.variable}
            for one in found
        ]
        output.as_json({"file": str(file), "there": file.exists(), "settings": shapes})
        return
    table = output.table("Setting", "Value", "From", "Meaning")
    for one in found:
        value = "-" if one.value is None else output.plain(one.value)
        table.add_row(one.setting.name, value, output.plain(one.origin), one.setting.meaning)
    output.show(table, empty="", rows=len(found))
    output.console(err=True).print(
        f"The file is {file}{'' if file.exists() else ' (not there)'}.", markup=False, soft_wrap=True
    )
