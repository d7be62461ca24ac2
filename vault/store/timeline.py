"""Everything that passed between the person and one vendor, as one query over the tables that hold it.

A line has its time, what it is, the number (or text) that names it, a part of that where one thing has several lines, who did
it, and three texts that say the rest; what they are for each kind is in `vault.engaging.timeline`. A charge has a day alone, so
it stands before what happened at a time of that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from vault.store.connection import Connection


class Line(msgspec.Struct, frozen=True):
    at: str
    kind: str
    key: str
    part: int
    who: str
    a: str
    b: str
    c: str


# Each gives the columns of `Line`, of the vendor `:vendor` and the clients in `mine`.
_SOURCES: Final = (
    """SELECT c.booked, 'charge', printf('%020d', c.id), 0, 'vendor', c.minor, c.currency, trim(c.counterparty || ' ' || c.purpose)
       FROM charge c JOIN payee p ON p.id = c.payee WHERE p.vendor = :vendor""",
    """SELECT m.at, 'message', printf('%020d', m.id), 0, CASE m.party WHEN 'person' THEN 'you' ELSE 'vendor' END, m.kind,
       m.subject, CASE m.party WHEN 'person' THEN '' ELSE coalesce((SELECT e.effect FROM decision e WHERE e.request = m.request
       ORDER BY e.id DESC LIMIT 1), 'held') END FROM message m WHERE m.client IN mine""",
    """SELECT d.at, 'decision', printf('%020d', d.id), 0, CASE r.source WHEN 'analysis' THEN 'vault' ELSE 'vendor' END, r.kind,
       coalesce(json_extract(r.body, '$.offer.title'), json_extract(r.body, '$.first_contact.name'),
       json_extract(r.body, '$.terms.proffered'), json_extract(r.body, '$.terms.countered'), ''),
       d.verdict || ', ' || d.effect FROM decision d JOIN request r ON r.id = d.request
       WHERE (r.vendor = :vendor OR r.sender IN (SELECT url FROM client WHERE id IN mine))
       AND NOT EXISTS (SELECT 1 FROM message m WHERE m.request = r.id)""",
    """SELECT o.at, 'override', printf('%020d', o.decision), o.id, 'you', r.kind, o.verdict || ', ' || o.effect, o.because
       FROM decision_override o JOIN decision d ON d.id = o.decision JOIN request r ON r.id = d.request
       WHERE r.vendor = :vendor OR r.sender IN (SELECT url FROM client WHERE id IN mine)""",
    """SELECT s.received_at, 'offer', printf('%020d', s.request), 0, 'vendor', s.state, '', '' FROM signed_offer s
       WHERE s.client IN mine AND NOT EXISTS (SELECT 1 FROM request r WHERE r.id = s.request)""",
    """SELECT t.made_at, 'order', printf('%020d', t.id), 0, 'you', t.state, t.data, '' FROM trade_order t
       WHERE t.client IN mine""",
    """SELECT e.at, 'agreement', e.agreement, e.place, CASE e.party WHEN 'first' THEN 'you' ELSE 'vendor' END, e.kind, a.terms, ''
       FROM agreement_entry e JOIN agreement a ON a.id = e.agreement WHERE a.client IN mine""",
    """SELECT g.created_at, 'grant', printf('%020d', g.id), 0, 'you', 'given', g.permission, '' FROM data_grant g
       JOIN agreement a ON a.id = g.agreement WHERE a.client IN mine""",
    """SELECT g.changed_at, 'grant', printf('%020d', g.id), 1, 'you', g.state, g.permission, '' FROM data_grant g
       JOIN agreement a ON a.id = g.agreement WHERE a.client IN mine AND g.state <> 'active'""",
    """SELECT l.at, 'release', printf('%020d', l.data_grant), l.id, 'vendor', l.given, '', '' FROM data_release l
       JOIN data_grant g ON g.id = l.data_grant JOIN agreement a ON a.id = g.agreement WHERE a.client IN mine""",
    """SELECT r.made_at, 'right', printf('%020d', r.id), 0, 'you', r.kind, r.note, '' FROM right_request r
       WHERE r.vendor = :vendor OR r.client IN mine""",
    """SELECT r.changed_at, 'right', printf('%020d', r.id), 1, 'you', r.kind, '', 'withdrawn' FROM right_request r
       WHERE r.state = 'withdrawn' AND (r.vendor = :vendor OR r.client IN mine)""",
    """SELECT w.at, 'right', printf('%020d', r.id), w.id, 'vendor', r.kind, CASE w.because WHEN '' THEN w.note ELSE w.because END,
       w.event FROM right_answer w JOIN right_request r ON r.id = w.request
       WHERE r.vendor = :vendor OR r.client IN mine""",
    """SELECT f.at, 'feedback', printf('%020d', f.id), 0, 'you', coalesce(f.satisfaction, ''), f.note,
       CASE WHEN f.shared_at IS NULL THEN '' ELSE 'shared' END FROM feedback f WHERE f.vendor = :vendor OR f.client IN mine""",
    """SELECT x.at, 'record', printf('%020d', v.id), x.version, 'vendor', v.kind, v.ref, '' FROM vendor_record_version x
       JOIN vendor_record v ON v.id = x.record WHERE v.client IN mine""",
    """SELECT v.changed_at, 'record', printf('%020d', v.id), 0, 'you', v.kind, v.ref, v.because FROM vendor_record v
       WHERE v.client IN mine AND v.because IS NOT NULL""",
)
_COLUMNS: Final = ", ".join(("at", "kind", "name", "part", "who", "a", "b", "c"))


def lines(
    connection: Connection,
    vendor: int | None,
    clients: Sequence[int],
    *,
    limit: int = -1,
    before: tuple[str, str, str, int] | None = None,
) -> list[Line]:
    """The vendor's lines, newest first; `before` is the place (time, kind, key, part) of the last one of the page before."""
    mine = ", ".join(str(int(number)) for number in clients)
    union = " UNION ALL ".join(_SOURCES).replace("IN mine", f"IN ({mine})")
    place = dict(zip(("b_at", "b_kind", "b_key", "b_part"), before or ("", "", "", 0), strict=True))
    where = "WHERE (at, kind, name, part) < (:b_at, :b_kind, :b_key, :b_part)" if before else ""
    rows = connection.execute(
        f"WITH line ({_COLUMNS}) AS ({union}) SELECT {_COLUMNS} FROM line {where} "
        "ORDER BY at DESC, kind DESC, name DESC, part DESC LIMIT :limit",
        {"vendor": vendor, "limit": limit, **place},
    )
    return [Line(*row[:4], *(str(one) for one in row[4:])) for row in rows]
