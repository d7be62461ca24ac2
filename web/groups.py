"""A group of commands that also takes a name: `firstparty vendor Netflix` beside `firstparty vendor add`."""

from __future__ import annotations

import click


class ShowByDefault(click.Group):
    """The first argument is a subcommand if it is one, else what `show` shows; a subclass may name another than `show`, and
    one that runs where nothing is given."""

    default = "show"
    bare = ""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            args = [self.default, *args]
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # Options before the name (`vendor --json Netflix`) belong to `show` too.
        if not args and self.bare:
            args = [self.bare]
        if args and args[0].startswith("-") and args[0] not in ("-h", "--help"):
            args = [self.default, *args]
        return super().parse_args(ctx, args)
