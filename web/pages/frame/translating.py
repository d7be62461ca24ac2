"""The catalogues of translations beside the code: bringing them up to date, and saying what they lack."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po, write_po

from web.pages.frame import retelling, vocabulary
from web.pages.frame.language import FOLDER, LANGUAGES, SOURCE

_PAGES: Final = Path(__file__).parent.parent
_ROOT: Final = _PAGES.parent.parent
# Where sentences are made that know what they are made of.
_BELOW: Final = ("terms", "vault", "connectors", "web")
# What these say is kept with what they read, as English text.
_KEPT_BY: Final = ("connectors", "vault/store/audit.py", "vault/butler/rulebook.py", "web/pages/butler/page.py")
_PHRASE: Final = "terms.phrases"
_METHODS: Final = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
_OPTIONS: Final = {"**.html": {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}}
_KEYWORDS: Final = {"_": None, "mark": None, "gettext": None, "ngettext": (1, 2)}


def extracted() -> Catalog:
    """Every message of the pages."""
    found = Catalog(charset="utf-8")
    for name, _, message, comments, context in extract_from_dir(
        str(_PAGES), method_map=_METHODS, options_map=_OPTIONS, keywords=_KEYWORDS
    ):
        found.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    for path in (path for name in _BELOW for path in (_ROOT / name).rglob("*.py")):
        if _PHRASE in path.read_text("utf-8"):
            is_kept = any(path.is_relative_to(_ROOT / one) for one in _KEPT_BY)
            for _, message, _, _ in extract_from_file("python", str(path), keywords={"phrase": None}):
                found.add(message, auto_comments=[retelling.KEPT] if is_kept else [])
    for message in vocabulary.words():
        found.add(message)
    return found


def catalogue(language: str) -> Catalog:
    path = FOLDER / f"{language}.po"
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def missing(language: str) -> Iterator[str]:
    """The messages that have no translation, or not every form of it."""
    there = catalogue(language)
    for message in extracted():
        if message.id:
            found = there.get(message.id if isinstance(message.id, str) else message.id[0])
            forms = found.string if found and not found.fuzzy else ""
            if not forms or (not isinstance(forms, str) and not all(forms)):
                yield message.id if isinstance(message.id, str) else message.id[0]


def extract(language: str) -> None:
    """Add what is new, and drop what nothing shows any more; what is translated stays."""
    there = catalogue(language)
    there.update(extracted(), no_fuzzy_matching=True)
    there.obsolete.clear()
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / f"{language}.po").open("wb") as stream:
        write_po(stream, there, width=0, sort_output=True, omit_header=True, no_location=True)


def main() -> None:
    wanted, lacks = sys.argv[1:] or ["check"], 0
    for language in LANGUAGES:
        if language == SOURCE:
            continue
        if wanted == ["extract"]:
            extract(language)
        for message in missing(language):
            lacks += 1
            print(f"{language} lacks: {message!r}")
    sys.exit(1 if lacks else 0)
