"""The owner's own description of a table (`--map FILE`), where detection fails or errs. It wins over detection.

Keys for columns: `booked`, `value_on`, `amount`, `debit`, `credit`, `direction`, `currency`, `counterparty`,
`purpose`, `own_id`, `bank_account`, `counterparty_account`, `creditor_id`, `mandate`, `state`, `fee`. Each names
a column by its heading (`"Datum"`), by its number from 1 (`"#3"`), several joined by ` + ` (`counterparty`,
`purpose`, `booked`, `state`), or gives one value for all rows (`"=EUR"`).

Keys for the form: `date_style` (`DMY`, `MDY`, `YMD`), `decimal` (`,` or `.`), `delimiter` (`;`, `,`, `|`, `tab`),
`encoding` (a codec name), `header_line` (counted from 1; `0` when there is none, then columns are numbers) and
`sign` (`normal`, or `inverted` where the file prints purchases without a minus).
"""

from __future__ import annotations

import codecs

import msgspec

from connectors.frame import ReadError
from connectors.readers.bank_csv.columns import Columns
from connectors.readers.bank_csv.headings import fold
from terms.phrases import phrase

COLUMN_KEYS = (
    "booked value_on amount debit credit direction currency counterparty purpose own_id bank_account "
    "counterparty_account creditor_id mandate state fee"
).split()
# Values that are the same for all rows make sense only for these.
_CONSTANT_KEYS = frozenset({"currency", "bank_account", "counterparty"})
_FORM_KEYS = {
    "date_style": ("DMY", "MDY", "YMD"),
    "decimal": (",", "."),
    "delimiter": (";", ",", "|", "tab", "\t"),
    "sign": ("normal", "inverted"),
}
# Python also knows codecs that are no encodings of text (`rot13`, `zip`).
_ENCODINGS = ("utf", "cp", "iso8859", "mac", "ascii", "koi8", "big5", "gb", "shift", "euc")
EXAMPLE = '{"booked": "Datum", "amount": "Betrag", "counterparty": "Name", "currency": "=EUR"}'


class OwnerMapping(msgspec.Struct, frozen=True):
    columns: dict[str, tuple[str, ...]] = {}
    constants: dict[str, str] = {}
    date_style: str = ""
    decimal: str = ""
    delimiter: str = ""
    encoding: str = ""
    header_line: int | None = None
    inverted: bool = False


def _fault(sentence: str) -> ReadError:
    return ReadError(sentence, hint=phrase("write the mapping like %(example)s", example=EXAMPLE), code="bad-mapping")


def parse(mapping: dict[str, str] | None) -> OwnerMapping:
    """The mapping taken apart; `ReadError` names the first key or value that is not understood."""
    columns: dict[str, tuple[str, ...]] = {}
    constants: dict[str, str] = {}
    form: dict[str, str] = {}
    for key, value in (mapping or {}).items():
        if key in COLUMN_KEYS and value.startswith("="):
            constants[key] = _constant(key, value[1:].strip())
        elif key in COLUMN_KEYS:
            columns[key] = tuple(name.strip() for name in value.split(" + "))
        elif key in _FORM_KEYS or key in ("encoding", "header_line"):
            form[key] = _form(key, value)
        else:
            raise _fault(f"the mapping has an unknown key `{key[:40]}`; known are {', '.join(COLUMN_KEYS)}")
    line = form.get("header_line")
    return OwnerMapping(
        columns=columns,
        constants=constants,
        date_style=form.get("date_style", ""),
        decimal=form.get("decimal", ""),
        delimiter="\t" if form.get("delimiter") == "tab" else form.get("delimiter", ""),
        encoding=form.get("encoding", ""),
        header_line=int(line) if line else None,
        inverted=form.get("sign") == "inverted",
    )


def _constant(key: str, value: str) -> str:
    if key not in _CONSTANT_KEYS:
        raise _fault(f"`{key}` cannot be one value for all rows; name a column")
    if key == "currency" and not (len(value) == 3 and value.isascii() and value.isalpha()):
        raise _fault(f"`{value[:10]}` is not a currency code such as EUR")
    return value.upper() if key == "currency" else value


def _form(key: str, value: str) -> str:
    allowed = _FORM_KEYS.get(key)
    if allowed and value not in allowed:
        raise _fault(f"`{key}` is `{value[:20]}`; it must be one of {' '.join(allowed[:4])}")
    if key == "header_line" and not (value.isascii() and value.isdigit() and len(value) <= 5):
        raise _fault(f"`header_line` is `{value[:20]}`; it must be a line number, or 0 for no header")
    if key == "encoding":
        _check_encoding(value)
    return value


def _check_encoding(value: str) -> None:
    try:
        name = codecs.lookup(value).name
    except (LookupError, ValueError):
        name = ""
    if not name.startswith(_ENCODINGS):
        raise _fault(f"`encoding` is `{value[:20]}`, which is no known encoding of text")


def names(owner: OwnerMapping) -> set[str]:
    """The headings that the mapping speaks of, folded; numbers left out."""
    return {fold(name) for several in owner.columns.values() for name in several if not name.startswith("#")}


def resolve(owner: OwnerMapping, header: tuple[str, ...], width: int) -> Columns:
    """The columns that the mapping means in this table; `ReadError` names the first that is not there."""
    folded = [fold(heading) for heading in header]
    return {
        role: tuple(_place(role, name, folded, header, width) for name in several)
        for role, several in owner.columns.items()
    }


def _place(role: str, name: str, folded: list[str], header: tuple[str, ...], width: int) -> int:
    if name.startswith("#") and name[1:].isascii() and name[1:].isdigit() and 1 <= int(name[1:]) <= width:
        return int(name[1:]) - 1
    if fold(name) in folded:
        return folded.index(fold(name))
    known = ", ".join(f"`{heading[:40]}`" for heading in header) or f"#1 to #{width}"
    raise _fault(f"the mapping takes `{role}` from the column `{name[:40]}`, which is not in the file; it has {known}")
