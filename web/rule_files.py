"""Rule files as commands name them: a path, or the name of a pack."""

from __future__ import annotations

from pathlib import PurePath

from vault.policy import packs
from vault.policy.language.limits import MAX_BYTES
from web import options


def source(file: str) -> tuple[str, str]:
    """The text of a rule file, or of the pack of that name, and what messages call it."""
    if file in packs.names():
        return packs.text(file), f"{file}.toml"
    return options.read_text(file, max_bytes=MAX_BYTES + 1), PurePath(file).name
