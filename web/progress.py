"""A progress bar over the bytes of files, on standard error, when somebody is there to see it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from connectors.sources import Item
from web.importer import OnProgress


@contextmanager
def bar(items: list[Item], *, quiet: bool) -> Iterator[OnProgress | None]:
    """The function to call with (item, bytes read of it), or none when nothing should be shown."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    from web.output import console, plain

    sizes = {item: Path(item.location).stat().st_size for item in items if Path(item.location).is_file()}
    columns = (TextColumn("{task.description}"), BarColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(err=True), transient=True) as progress:
        task = progress.add_task("Reading", total=sum(sizes.values()) or None)
        reached: dict[Item, int] = {}

        def on_progress(item: Item, done: int) -> None:
            progress.advance(task, done - reached.get(item, 0))
            reached[item] = done
            progress.update(task, description=f"Reading {plain(Path(item.path).name[:40])}")

        yield on_progress
        progress.update(task, description="Finding vendors and contracts")
