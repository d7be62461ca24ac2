"""Words that say what a charge is when it is no purchase: own money moved, cash, the bank's own fees, income.

The tables hold fragments of patterns over folded text (umlauts as bare vowels: `ü`, `ue` → `u`), one a line or between
`|`; each begins with plain letters. A charge is looked at closely only when one of its words begins like a fragment,
since most charges say nothing of the kind and there are many of them.
"""

from __future__ import annotations

import re

# So much of a word is compared before a pattern is tried.
_START = 3
_STARTS_IN = re.compile(rf"(?<![a-z0-9])[a-z0-9]{{1,{_START}}}")

_OWN = """
umbuchung | ubertrag | own account | eigenes konto | internal transfer | virement interne | giroconto interno
transfer (?:to|from) (?:my )?(?:savings?|checking|pocket|pot|vault) | to (?:savings|pocket|vault)
from (?:savings|pocket|vault) | online transfer (?:to|from) | savings transfer | saving transfer | spaarrekening
traspaso | venmo (?:cash ?out|standard transfer) | cash app ?[*]? ?cash ?out
"""
# A card's balance paid from the owner's account, as its statement and the bank say it; these begin the text.
_SETTLED = """
payment[ ,.-]*thank(?: ?you)? | payment received[ ,.-]*(?:thank|$) | automatic payment[ ,.-]*(?:thank|$)
auto ?pay(?:ment)?[ ,.-]*(?:thank|payment|pymt|pmt|\\d|$) | online payment[ ,.-]*(?:thank|from (?:chk|checking|sav))
mobile payment[ ,.-]*thank | internet payment[ ,.-]*thank | electronic payment[ ,.-]*(?:received|thank)
card payment[ ,.-]*thank | direct debit (?:payment )?(?:received )?[ ,.-]*thank
payment to (?:[a-z]+ ){0,3}card (?:ending|\\W*x*\\d{4}) | online payment to (?:crd|card|credit)
kreditkartenabrechnung | kreditkartenausgleich | ausgleich kreditkarte
abrechnung (?:ihrer )?(?:kreditkarte|visa|mastercard)
"""
# The same beside a bank's name (`CAPITAL ONE MOBILE PYMT`).
_CARD_BILL = """
autopay | auto pay | online (?:pymt|pmt|payment) | mobile (?:pymt|pmt) | epayment | e-payment | crcardpmt | ccpymt
credit c(?:a)?rd (?:autopay|epay|online|bill ?pay|payment|pymt|pmt) | gsbank payment | creditcard | card (?:pymt|pmt)
payment[ ,.-]*thank | kreditkartenabrechnung | abrechnung (?:kreditkarte|visa|mastercard)
"""
# A bank is paid for these in its own right.
_LENT = """
mortgage | loan | hypothek | kredit(?!karte) | darlehen | lease | leasing | insurance | versicherung | rate | miete | gebuhr
finanzierung | zinsen | fee | fees | tilgung | beitrag | pret | credito | prestamo | mutuo
"""
# What a payment service's own export says of money that moves between it and the owner's bank.
_SERVICE_OWN = """
allgemeine abbuchung | bankgutschrift | von nutzer eingeleitete abbuchung | allgemeine wahrungsumrechnung
wahrungsumrechnung | general withdrawal | user initiated withdrawal | bank deposit to pp account
general currency conversion | user initiated currency conversion | currency conversion | general card deposit
allgemeine gutschrift auf kreditkarte | allgemeine kreditkarteneinzahlung | transfer to bank | general account hold
account hold for open authori | reversal of general account hold | einbehaltung fur offene autorisierung
ruckbuchung allgemeine einbehaltung | ruckbuchung einer einbehaltung | allgemeine einbehaltung
"""
_CASH = """
atm | geldautomat | bargeld\\w* | barauszahlung | ga nr\\w* | cash ?(?:withdrawal|machine|point|advance) | cashpoint
retrait(?: dab)? | prelievo | bancomat | retirada | reintegro | geldopname | auszahlung (?:am )?ga | wyplata | lnk
"""
_FEES = """
kontofuhrung\\w* | entgeltabschluss | rechnungsabschluss | kontoabschluss | abschluss (?:per|vom) | abschluss$
zinsen\\b | sollzinsen | habenzinsen | dispozinsen | guthabenzinsen | zinsabschluss | bank fees? | account fees?
overdraft | atm fees? | wire fees? | maintenance fees? | card fees? | service charge
monthly (?:account |service |maintenance )?fee | foreign transaction fee | interest (?:charged?|paid|earned|payment)
auslandseinsatz\\w* | kartenpreis | kartenentgelt | depotentgelt | frais (?:bancaires|de tenue) | cotisation carte
spese (?:tenuta )?conto | kaartkosten | buchungsposten | entgelt\\b
"""
_INCOME = """
gehalt | lohn | bezuge | besoldung | payroll | salar(?:y|ies|is) | salaire | wages?\\b | stipendio | nomina\\b | pension
rente\\b | rentenzahlung | versorgungsbez | kindergeld | elterngeld | arbeitslosengeld | bafog | wohngeld | dividend
dir(?:ect)? dep(?:osit)? | social security | ssa treas | universal credit | child benefit | krankengeld | verdienst
honorar\\b
"""


class _Words:
    """One table: its pattern, and the beginnings of words without which it cannot match."""

    def __init__(self, table: str, *, whole: bool = True) -> None:
        fragments = [one.strip() for line in table.strip().splitlines() for one in line.split(" | ")]
        self._pattern = re.compile(rf"\b(?:{'|'.join(fragments)})" + (r"\b" if whole else ""))
        self.starts = frozenset("".join(_STARTS_IN.findall(one)[:1]) for one in fragments)

    def within(self, text: str, starts: frozenset[str]) -> bool:
        return not self.starts.isdisjoint(starts) and self._pattern.search(text) is not None

    def begin(self, text: str, starts: frozenset[str]) -> bool:
        return not self.starts.isdisjoint(starts) and self._pattern.match(text) is not None


_own, _cash, _fees, _income = _Words(_OWN), _Words(_CASH), _Words(_FEES, whole=False), _Words(_INCOME, whole=False)
_settled, _card_bill, _lent = _Words(_SETTLED, whole=False), _Words(_CARD_BILL, whole=False), _Words(_LENT, whole=False)
_service_own = _Words(_SERVICE_OWN)


_tables = (_own, _cash, _fees, _income, _settled, _card_bill, _lent, _service_own)
_all_starts = frozenset[str]().union(*(table.starts for table in _tables))


class Text:
    """Folded text to ask of."""

    __slots__ = ("_folded", "_starts")

    def __init__(self, folded: str) -> None:
        self._folded = folded
        self._starts = _all_starts.intersection(_STARTS_IN.findall(folded))

    def moves_own_money(self) -> bool:
        """Words for transfers between the owner's accounts, or for a card's balance being paid."""
        return _own.within(self._folded, self._starts) or _settled.begin(self._folded, self._starts)

    def settles_card(self) -> bool:
        """Beside a bank's name: the balance of a card, not a loan or a fee."""
        if _settled.begin(self._folded, self._starts) or _card_bill.within(self._folded, self._starts):
            return not self.pays_bank()
        return False

    def pays_bank(self) -> bool:
        return _lent.within(self._folded, self._starts)

    def is_services_own(self) -> bool:
        """A payment service's word for money that moves between it and the owner's bank."""
        return _service_own.begin(self._folded, self._starts)

    def is_cash(self) -> bool:
        return _cash.within(self._folded, self._starts)

    def is_fee(self) -> bool:
        return _fees.within(self._folded, self._starts)

    def is_income(self) -> bool:
        return _income.within(self._folded, self._starts)
