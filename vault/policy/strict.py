"""Strict reading of JSON from outside into structs: a value, or `DocumentError` that names the place and what to write.

Promises
* What two readers could read differently is refused (duplicate names, numbers beyond a double, NaN): see `terms.proof.jcs`.
* A field that the struct does not have is refused, with the nearest one that it has. Nothing is converted: a text is no
  number, and a number with a fraction is no amount (write minor units, or a decimal as a text).
* Text is text: markup and instructions in it are kept as written, and mean nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import UnionType
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta, inspect

from terms.errors import FirstpartyError
from terms.nearest import hint
from terms.phrases import phrase
from terms.proof import jcs
from terms.proof.jcs import JsonValue
from terms.refusals import Refused, quoted
from vault.money import MAX_MINOR

# The bodies that the vendor API takes; the longest worked example has 2 KiB.
MAX_BYTES = 1024 * 1024
# Titles, names and references; a longer one is no title.
MAX_TITLE = 200
# A long letter. Messages carry no attachments.
MAX_BODY = 100_000
# Lines, fees, attestations: more than a big weekly shop.
MAX_ENTRIES = 500

# `(?!\n)` because Python's `$` would let a line break follow; the patterns are those of the published schemas too.
_DURATION = r"^P(?=[0-9])([0-9]{1,3}Y)?([0-9]{1,4}M)?([0-9]{1,3}W)?([0-9]{1,5}D)?(?!\n)$"
_CURRENCY = r"^[A-Z]{3}(?!\n)$"
_DECIMAL = r"^[0-9]{1,12}(\.[0-9]{1,9})?(?!\n)$"
_URL = r"^https?://[^\s/?#@]+([/?#][^\s]*)?(?!\n)$"

Title = Annotated[str, Meta(min_length=1, max_length=MAX_TITLE)]
Body = Annotated[str, Meta(max_length=MAX_BODY)]
Iso = Annotated[str, Meta(pattern=_DURATION, description="ISO 8601 duration, such as P1M or P14D")]
Currency = Annotated[str, Meta(pattern=_CURRENCY, description="ISO 4217 code")]
Minor = Annotated[int, Meta(ge=0, le=MAX_MINOR, description="whole minor units: 4990 is 49.90 EUR")]
Decimal = Annotated[str, Meta(pattern=_DECIMAL, description="a decimal as a text, such as 28.905")]
Count = Annotated[int, Meta(ge=0, le=MAX_MINOR)]
Texts = Annotated[tuple[Title, ...], Meta(max_length=MAX_ENTRIES)]
Url = Annotated[str, Meta(pattern=_URL, max_length=2_000)]

# What a pattern asks for, in words for an error message.
_FORMS = {
    _DURATION: "a duration such as P1M, P14D or P1Y",
    _CURRENCY: "a currency code such as EUR",
    _DECIMAL: "a decimal in a text, such as 28.905",
    _URL: "a web address such as https://shop.example",
}
_AT = " - at `"
_NO_DATE = "Invalid RFC3339 encoded date"
_REGEX = "`str` matching regex "

T = TypeVar("T")


class DocumentError(FirstpartyError):
    """A document does not read; the sentence names the place."""

    code = "document"
    exit_code = 2


def parse(raw: bytes, what: str) -> JsonValue:
    """The JSON of a whole document; `what` names it in messages (`a request`)."""
    if len(raw) > MAX_BYTES:
        raise DocumentError(
            phrase("%(what)s has more than %(most_bytes)s bytes", what=what, most_bytes=MAX_BYTES), code="too-large"
        )
    try:
        return jcs.parse(raw)
    except Refused as refused:
        raise DocumentError(
            phrase("%(what)s does not read: %(refused)s", what=what, refused=refused), code=refused.code
        ) from None


def convert(json: object, type: type[T] | UnionType, what: str) -> T:
    """A struct (or one of several, told apart by their tag) of a JSON value."""
    if not _has_fraction(json):
        try:
            return msgspec.convert(json, type)
        except msgspec.ValidationError as error:
            found = _in_words(str(error), what)
    else:
        found = DocumentError(phrase("%(what)s has a number with a fraction", what=what), code="not-whole")
    # Only for the message: what has a name for its place is raised in here.
    _refuse_slips(json, inspect.type_info(type), "")
    raise found


def at(place: str, name: str | int) -> str:
    """The place of a member, as messages name it: `offer.lines[2].title`."""
    if isinstance(name, int):
        return f"{place}[{name}]"
    member = quoted(name).strip("`")
    return f"{place}.{member}" if place else member


def refuse_unknown(name: str, names: Iterable[str], place: str) -> None:
    """Raises where `name` is none of `names`; `place` is that of the object it stands in."""
    names = tuple(names)
    if name not in names:
        form = phrase("there is no field %(name)s of `%(place)s`") if place else phrase("there is no field %(name)s")
        raise DocumentError(
            form.of(name=quoted(name), place=place),
            hint=hint(name[:MAX_TITLE], names, phrase("the fields are: %(listed)s", listed=", ".join(names))),
            code="unknown-field",
        )


def _has_fraction(json: object) -> bool:
    if isinstance(json, dict):
        return any(map(_has_fraction, json.values()))
    return any(map(_has_fraction, json)) if isinstance(json, list) else isinstance(json, float)


def _refuse_slips(json: object, type: inspect.Type, place: str) -> None:
    """What deserves a better message than the decoder has: fractions, names and words that are nearly right."""
    if isinstance(json, float):
        raise DocumentError(
            phrase("`%(place)s` is no whole number", place=place),
            hint=phrase('write whole minor units, or a decimal as a text such as "28.905"'),
            code="not-whole",
        )
    if isinstance(json, dict):
        for name, member, inside in _members(json, _struct(type, json), place):
            _refuse_slips(member, inside, at(place, name))
    elif isinstance(json, list):
        inside = next((one.item_type for one in _kinds(type) if isinstance(one, inspect.VarTupleType)), _ANY)
        for index, entry in enumerate(json):
            _refuse_slips(entry, inside, at(place, index))
    elif isinstance(json, str):
        _refuse_word(json, type, place)


def _refuse_word(word: str, type: inspect.Type, place: str) -> None:
    words = [str(value) for one in _kinds(type) if isinstance(one, inspect.LiteralType) for value in one.values]
    if words and word not in words:
        raise DocumentError(
            phrase("`%(place)s` cannot be %(word)s", place=place, word=quoted(word)),
            hint=hint(word[:MAX_TITLE], words, phrase("write one of: %(listed)s", listed=", ".join(words))),
        )


_ANY: Final = inspect.AnyType()


def _kinds(type: inspect.Type) -> tuple[inspect.Type, ...]:
    """A type, or the members of a union, without what is only said about them."""
    if isinstance(type, inspect.Metadata):
        return _kinds(type.type)
    return tuple(kind for one in type.types for kind in _kinds(one)) if isinstance(type, inspect.UnionType) else (type,)


def _struct(type: inspect.Type, json: dict[str, object]) -> inspect.StructType | None:
    structs = [one for one in _kinds(type) if isinstance(one, inspect.StructType)]
    if len(structs) > 1:
        _refuse_tag(structs, json)
        return next(one for one in structs if one.tag == json.get(one.tag_field or ""))
    return structs[0] if structs else None


def _refuse_tag(structs: list[inspect.StructType], json: dict[str, object]) -> None:
    field, tags = structs[0].tag_field or "", [str(one.tag) for one in structs]
    written = json.get(field)
    if written not in tags:
        shown = str(written)[:MAX_TITLE]
        unknown = phrase("there is no %(field)s %(shown)s", field=field, shown=quoted(shown))
        found = unknown if field in json else phrase("`%(field)s` is missing", field=field)
        raise DocumentError(
            found,
            hint=hint(shown, tags, phrase("write one of: %(listed)s", listed=", ".join(tags))),
            code="unknown-kind",
        )


def _members(
    json: dict[str, object], struct: inspect.StructType | None, place: str
) -> Iterator[tuple[str, object, inspect.Type]]:
    types = {} if struct is None else {field.encode_name: field.type for field in struct.fields}
    tag = struct.tag_field if struct else None
    for name, member in json.items():
        if name != tag:
            if struct:
                refuse_unknown(name, types, place)
            yield name, member, types.get(name, _ANY)


def _in_words(message: str, what: str) -> DocumentError:
    said, _, place = message.partition(_AT)
    place = place.removesuffix("`").removeprefix("key in ").removeprefix("$").removeprefix(".")
    expected, regex, pattern = said.partition(_REGEX)
    if regex:
        said = expected + next((words for form, words in _FORMS.items() if repr(form) == pattern), "another text")
    if said == _NO_DATE:
        said = "expected a day such as 2026-12-31"
    said = (said[:1].lower() + said[1:])[:MAX_TITLE]
    return DocumentError(
        phrase("`%(place)s`: %(said)s", place=place[:MAX_TITLE], said=said)
        if place
        else phrase("%(what)s: %(said)s", what=what, said=said)
    )
