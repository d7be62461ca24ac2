"""A group of commands that also takes a name: `firstparty vendor Netflix` beside `firstparty vendor add`."""

from __future__ import annotations

import click


class ShowByDefault(click.Group):
    """The first argument is a subcommand if it is one, else what `show` shows."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            args = ["show", *args]
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # Options before the name (`vendor --json Netflix`) belong to `show` too.
        if args and args[0].startswith("-") and args[0] not in ("-h", "--help"):
            args = ["show", *args]
        return super().parse_args(ctx, args)
