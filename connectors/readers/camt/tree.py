"""An XML element as its leaves: a path of local names to the text found there.

One walk that looks only at the names some rule reads, and dictionary look-ups after it, are several times faster
than a query per field; local names make all versions and name spaces alike. An element that occurs several times
under one path gives one text, its lines joined by line feeds.
"""

from __future__ import annotations

from lxml.etree import _Element

Leaves = dict[str, str]
# Purpose lines beyond what a finding holds would be cut anyway.
MAX_JOINED = 8_000
# A handful of message versions have a few hundred names; a forged file must not fill memory with names.
MAX_NAMES = 5_000

# Elements that only hold others. `Sts`, `Id` and `Prtry` hold text in some versions and elements in others.
_BRANCHES = frozenset(
    "AmtDtls BookgDt Cdtr CdtrAcct CdtrRefInf CdtrSchmeId Dbtr DbtrAcct FinInstnId Agt InstdAmt NtryDtls OrgId Othr "
    "PrtryAcct PrvtId Pty Refs RltdDts RltdPties RmtInf Strd TradgPty TxAmt TxDtls UltmtCdtr UltmtDbtr ValDt".split()
)
_LEAVES = frozenset(
    "AccptncDtTm AcctSvcrRef AddtlNtryInf AddtlRmtInf AddtlTxInf Amt BBAN Ccy Cd CdtDbtInd Dt DtTm IBAN Id "
    "IntrBkSttlmDt MndtId Nm NtryRef Prtry Ref RvslInd Sts TxDtTm TxId Ustrd".split()
)
# Name in the file to path segment: a branch ends with a slash, what nobody reads is empty.
_segments: dict[object, str] = {}


def local(element: _Element) -> str:
    """The element's name without its name space; empty for comments and instructions."""
    tag: object = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def leaves(element: _Element) -> Leaves:
    """The leaves below `element` that hold text."""
    return leaves_and_details(element)[0]


def leaves_and_details(element: _Element) -> tuple[Leaves, list[Leaves]]:
    """The leaves of an entry, and apart from them those of each of its transaction details."""
    found: Leaves = {}
    details: list[Leaves] = []
    # One flat iteration and a look-up of the parent's place is a third faster than nested iterations.
    places: dict[_Element | None, tuple[Leaves, str]] = {element: (found, "")}
    segments, place_of = _segments, places.get
    for child in element.iter():
        segment = segments.get(child.tag)
        if segment is None:
            segment = _learned(child)
        place = place_of(child.getparent()) if segment else None
        if place is None:
            continue
        into, path = place
        if segment == "TxDtls/":
            details.append({})
            places[child] = (details[-1], "")
        elif segment[-1] == "/":
            places[child] = (into, path + segment)
        else:
            text = child.text
            where = path + segment
            if text is None or text.isspace():
                places[child] = (into, f"{where}/")
            elif where not in into:
                into[where] = text
            else:
                _again(into, where, text)
            if segment == "Amt":
                into.setdefault(f"{where}@Ccy", child.get("Ccy", ""))
    return found, details


def first(found: Leaves, *paths: str) -> str:
    """The text at the first of `paths` that has one."""
    for path in paths:
        if path in found:
            return found[path]
    return ""


def _again(into: Leaves, where: str, text: str) -> None:
    if len(into[where]) < MAX_JOINED:
        into[where] += f"\n{text}"


def _learned(element: _Element) -> str:
    if len(_segments) >= MAX_NAMES:
        _segments.clear()
    name = local(element)
    segment = f"{name}/" if name in _BRANCHES else name if name in _LEAVES else ""
    _segments[element.tag] = segment
    return segment
