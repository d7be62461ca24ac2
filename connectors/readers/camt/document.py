"""The walk through a CAMT document: which statement an entry belongs to, and what is wrong with the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from connectors.frame import SNIFF_BYTES, ReadError
from connectors.own_ids import OwnIds
from connectors.printed import folded
from connectors.readers.camt.entry import Fault, charges
from connectors.readers.camt.parties import compact
from connectors.readers.camt.tree import first, leaves, local
from terms.phrases import phrase
from vault.findings import FoundCharge, Problem

_STATEMENTS = frozenset({"Stmt", "Rpt", "Ntfctn"})
_MESSAGES = frozenset({"BkToCstmrStmt", "BkToCstmrAcctRpt", "BkToCstmrDbtCdtNtfctn"})
_WATCHED = tuple(f"{{*}}{name}" for name in sorted(_STATEMENTS | _MESSAGES | {"Acct", "Ntry"}))


def read(stream: BinaryIO) -> Iterator[FoundCharge | Problem]:
    """Charges and Problems in file order."""
    _refuse_document_type(stream)
    walk = Walk()
    try:
        # Without network, definitions and entities an XML file can make the parser neither fetch nor grow.
        for _, element in etree.iterparse(
            stream,
            tag=_WATCHED,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        ):
            name, parent = local(element), element.getparent()
            above = local(parent) if parent is not None else ""
            if name == "Ntry" and above in _STATEMENTS:
                yield from walk.entry(element)
            else:
                walk.completed(element, name, above)
                continue
            _forget(element)
    except (etree.XMLSyntaxError, LookupError, UnicodeError) as error:
        yield walk.broken(str(error))
        return
    yield from walk.end()


class Walk:
    """The statement read so far. Only ends of elements are watched: a statement's account comes before its
    entries, and its end forgets the account."""

    def __init__(self) -> None:
        self._message = False
        self._statements = self._entries = 0
        self._account = self._currency = ""
        self._own_ids = OwnIds()

    def entry(self, element: etree._Element) -> Iterator[FoundCharge | Problem]:
        """An entry is complete."""
        self._message = True
        self._entries += 1
        try:
            for charge in charges(element, self._account, self._currency):
                yield self._own_ids.told_apart(charge) if charge.own_id else charge
        except Fault as fault:
            yield Problem(str(phrase("entry %(entries)s", entries=self._entries)), fault.code, fault.sentence)

    def completed(self, element: etree._Element, name: str, above: str) -> None:
        """An account, a statement or a message is complete."""
        if name == "Acct" and above in _STATEMENTS:
            found = leaves(element)
            self._account = compact(first(found, "Id/IBAN", "Id/Othr/Id", "Id/PrtryAcct/Id", "Id/BBAN"))
            self._currency = first(found, "Ccy").strip().upper()
            self._message = True
        elif name in _STATEMENTS and above in _MESSAGES:
            self._statements += 1
            self._account = self._currency = ""
            self._message = True
            _forget(element)
        elif name in _MESSAGES:
            self._message = True

    def broken(self, reason: str) -> Problem:
        """The file is not well-formed from here on."""
        if not self._message:
            raise ReadError(phrase("the file is damaged, or no CAMT message; choose CAMT or XML and download it again"))
        return Problem(
            str(phrase("entry %(value)s", value=self._entries + 1)),
            "cut-off",
            str(
                phrase("the file is damaged or ends here (`%(reason)s`); download it again", reason=folded(reason, 200))
            ),
        )

    def end(self) -> Iterator[Problem]:
        """What can only be said when the file is over."""
        if not self._message:
            raise ReadError(
                phrase("the XML file is not a CAMT.052, .053 or .054 message; choose CAMT when downloading")
            )
        if not self._statements:
            yield Problem("", "no-statement", str(phrase("the message holds no statement; download it again")))


def _forget(element: etree._Element) -> None:
    """Frees what was read, so that memory does not follow the file's size."""
    element.clear()
    parent = element.getparent()
    while parent is not None and parent[0] is not element:
        del parent[0]


def _refuse_document_type(stream: BinaryIO) -> None:
    head = stream.read(SNIFF_BYTES).replace(b"\0", b"")
    stream.seek(0)
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise ReadError(phrase("the file brings its own document type, which no bank does; it is not read"))
