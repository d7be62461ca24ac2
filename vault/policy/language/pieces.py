"""A rule file taken apart into its rules and what stands between, so that one rule can be changed and all else stays as it is.

* Joined again, the pieces are the file, to the letter: comments, layout and order.
* Comments right above a rule are of its piece. A rule that is changed keeps its comments, those inside it too: above it.
* A rule that is switched off stays in the file, each line behind `#-`: to the reader of rules it is a comment, and switching it
  on again gives the same letters.
* A file that is not written as `[[rule]]` after `[[rule]]` cannot be taken apart; that is None, and no guess.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct

from vault.policy.language.limits import MAX_BYTES

_HEADING: Final = re.compile(r"[ \t]*\[\[[ \t]*rule[ \t]*\]\][ \t]*(?:#.*)?\r?\n?")
_SECTION: Final = re.compile(r"[ \t]*\[")
_NAMED: Final = re.compile(r"^[ \t]*\[[ \t]*([a-z]+)[ \t]*\][ \t]*(?:#.*)?\r?\n", re.MULTILINE)
# Each entry of a section begins with its name.
_ENTRY: Final = re.compile(r"^(?=[A-Za-z0-9_-]+[ \t]*=)", re.MULTILINE)
_OFF: Final = "#-"
_OFF_LINE: Final = re.compile(r"#-(?: |\r?\n|$)")
_COMMENT: Final = re.compile(r"[ \t]*#")


class Piece(Struct, frozen=True):
    """`rule` is the id of the one rule in it, empty for what stands between. `text` of one that is off is as in the file."""

    text: str
    rule: str = ""
    is_off: bool = False

    @property
    def toml(self) -> str:
        """As it reads when it is on."""
        return _on(self.text) if self.is_off else self.text


Change = Callable[[Piece], str]


def apart(text: str) -> tuple[Piece, ...] | None:
    """The pieces of a TOML file, in order."""
    if len(text) > MAX_BYTES:
        return None
    try:
        whole = tomllib.loads(text).get("rule", [])
        pieces = tuple(_piece(lines) for lines in _blocks(text.splitlines(keepends=True)))
        rules = [rule for one in pieces if one.rule and not one.is_off for rule in tomllib.loads(one.text)["rule"]]
    except (ValueError, RecursionError):
        return None
    return pieces if rules == whole else None


def joined(pieces: tuple[Piece, ...]) -> str:
    return "".join(one.text for one in pieces)


def switched(text: str, rule: str, *, on: bool) -> str | None:
    """The file with this rule on or off; None where it has no such rule to switch."""
    return _changed(text, rule, lambda one: _on(one.text) if on else _off(one.text), is_off=on)


def removed(text: str, rule: str) -> str | None:
    return _changed(text, rule, lambda _: "", is_off=False)


def with_rule(text: str, written: str, instead_of: str = "") -> str | None:
    """The file with a rule (TOML) in the place of another, or behind all others."""
    if not instead_of:
        return _behind(text, written)
    return _changed(text, instead_of, lambda one: _commented(one.text, written), is_off=False)


def with_rules(text: str, written: str) -> str | None:
    """The file with each of these rules (TOML) in the place of the one with its id, or behind all others."""
    for one in apart(written) or ():
        if one.rule:
            known = {piece.rule for piece in apart(text) or () if not piece.is_off}
            changed = with_rule(text, one.text, one.rule if one.rule in known else "")
            if changed is None:
                return None
            text = changed
    return text


def alone(found: tuple[Piece, ...], one: Piece) -> str:
    """A file of this rule alone, with the lists and defaults of the whole; switched on where it is off."""
    return "\n".join((*(piece.text for piece in found if not piece.rule), one.toml))


def with_file(text: str, other: str) -> str | None:
    """The file with the rules of another behind its own, and the other's lists and defaults among its own. Of a name that both
    have, its own stays."""
    found = apart(other)
    if found is None or apart(text) is None:
        return None
    sections: list[tuple[str, str]] = []
    for one in found:
        head, more = _sections(one.text) if not one.rule else (one.text, [])
        text = _behind(text, f"{head.strip()}\n") if head.strip() else text
        sections += more
    for name, body in sections:
        text = _into(text, name, body)
    return text


def _sections(text: str) -> tuple[str, list[tuple[str, str]]]:
    """What stands before the first section, and each section's name and body."""
    head, *rest = _NAMED.split(text)
    return head, list(zip(rest[::2], rest[1::2], strict=True))


def _into(text: str, section: str, body: str) -> str:
    known = tomllib.loads(text).get(section, {})
    entries = [entry for entry in _ENTRY.split(body) if entry.strip()]
    new = "".join(entry for entry in entries if entry.partition("=")[0].strip() not in known)
    new = f"{new.strip()}\n"
    if not new.strip():
        return text
    at = next((match.end() for match in _NAMED.finditer(text) if match[1] == section), None)
    return _behind(text, f"[{section}]\n{new}") if at is None else f"{text[:at]}{new}{text[at:]}"


def _changed(text: str, rule: str, change: Change, *, is_off: bool) -> str | None:
    pieces = apart(text)
    if pieces is None or not any(one.rule == rule and one.is_off is is_off for one in pieces):
        return None
    return "".join(change(one) if one.rule == rule and one.is_off is is_off else one.text for one in pieces)


def _behind(text: str, written: str) -> str:
    between = "" if not text.strip() else "\n" if text.endswith("\n") else "\n\n"
    return f"{text if text.strip() else ''}{between}{written}"


def _commented(before: str, written: str) -> str:
    """What is written, below the comments of what stood there; what follows keeps its distance."""
    comments = "".join(f"{line.strip()}\n" for line in before.splitlines() if _COMMENT.match(line))
    trailing = before[len(before.rstrip()) :]
    return f"{comments}{written.strip()}{trailing}"


def _on(text: str) -> str:
    return "".join(line[len(_OFF) :].removeprefix(" ") for line in text.splitlines(keepends=True))


def _off(text: str) -> str:
    """Blank lines behind the rule stay blank, so that it ends where it ended."""
    body, trailing = text.rstrip(), text[len(text.rstrip()) :]
    return "".join(_behind_mark(line) for line in body.splitlines(keepends=True)) + trailing


def _behind_mark(line: str) -> str:
    return f"{_OFF} {line}" if line.strip() else f"{_OFF}{line}"


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    """Runs of lines: each rule with the comments above it, each run that is off, and what stands between."""
    block: list[str] = []
    for line in lines:
        is_off, was_off = bool(_OFF_LINE.match(line)), bool(block) and bool(_OFF_LINE.match(block[-1]))
        starts = is_off != was_off or (is_off and _HEADING.fullmatch(_on(line)) is not None and _has_heading(block))
        above = [] if is_off or not _SECTION.match(line) else _comments_above(block)
        if starts or (not is_off and _SECTION.match(line)):
            yield block[: len(block) - len(above)]
            block = above
        block.append(line)
    yield block


def _has_heading(block: list[str]) -> bool:
    return any(_HEADING.fullmatch(_on(line)) for line in block)


def _comments_above(block: list[str]) -> list[str]:
    count = 0
    while count < len(block) and _COMMENT.match(block[-1 - count]) and not _OFF_LINE.match(block[-1 - count]):
        count += 1
    return block[len(block) - count :]


def _piece(lines: list[str]) -> Piece:
    text = "".join(lines)
    is_off = bool(lines) and _OFF_LINE.match(lines[0]) is not None
    written = _on(text) if is_off else text
    if not any(_HEADING.fullmatch(line) for line in written.splitlines(keepends=True)):
        return Piece(text)
    try:
        found = tomllib.loads(written)
    except ValueError:
        if is_off:  # a comment like any other
            return Piece(text)
        raise
    rules = found.get("rule", [])
    is_one = found.keys() == {"rule"} and len(rules) == 1 and isinstance(rules[0].get("id"), str)
    return Piece(text, str(rules[0]["id"]), is_off) if is_one else Piece(text)
