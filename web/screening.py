"""What `firstparty vendor screen`, `screener` and `link` do: finding who is meant, the owner's word, and the list of clients."""

from __future__ import annotations

from typing import TypedDict

from vault import ids, meeting
from vault.meeting.life import Standing
from vault.overview import Overview
from vault.relationships.domains import registrable
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import meeting as store
from vault.store.agreements import ClientRow
from vault.store.vendors import VendorRow
from web import admission, find, output


class Screened(TypedDict):
    """`of` is the vendor, client or domain that was meant; `clients` are those that stand otherwise now."""

    of: str
    word: str
    clients: list[str]


class Linked(TypedDict):
    client: str
    vendor: str | None


class Client(TypedDict):
    client: str
    name: str
    standing: str
    vendor: str | None
    proposed: str | None
    says: str
    intro: str
    category: str | None
    request: str | None
    since: str | None


class Domain(TypedDict):
    domain: str
    word: str
    at: str


class Screener(TypedDict):
    clients: list[Client]
    domains: list[Domain]


def screen(vault: Vault, written: str, word: str) -> Screened:
    """The owner's word on whom they mean; what was held of whom it lets in is judged."""
    said = Standing(word)
    with vault.transaction():
        of, changed = _screened(vault, written, said)
        admission.admitted(vault, changed)
    return {"of": of, "word": word, "clients": [agreement_store.client(vault.connection, one).url for one in changed]}


def _screened(vault: Vault, written: str, word: Standing) -> tuple[str, list[int]]:
    client = agreement_store.client_by_url(vault.connection, written.strip())
    if client is not None:
        return client.url, _client_screened(vault, client, word)
    try:
        row = _vendor(vault, written)
    except find.NotFoundError:
        domain = registrable(written)
        if not domain:
            raise
        return domain, meeting.screen_domain(vault, domain, word)
    return row.name, meeting.screen_vendor(vault, row, word)


def _client_screened(vault: Vault, client: ClientRow, word: Standing) -> list[int]:
    proposed = meeting.proposed(vault, client)
    if word is Standing.YES and proposed is not None:
        meeting.link(vault, client.id, proposed.id)
    return meeting.screen(vault, [client.id], word)


def _vendor(vault: Vault, written: str) -> VendorRow:
    return find.vendor(Overview(vault.connection, vault.now.date()), written)


def link(vault: Vault, written: str, vendor: str | None) -> Linked:
    client = agreement_store.client_by_url(vault.connection, written.strip())
    if client is None:
        raise find.NotFoundError(f"no client `{written[:60]}` has come", hint="see `firstparty vendor screener`")
    if vendor is None:
        meeting.unlink(vault, client.id)
        return {"client": client.url, "vendor": None}
    row = _vendor(vault, vendor)
    meeting.link(vault, client.id, row.id)
    return {"client": client.url, "vendor": row.name}


def say(done: Screened) -> None:
    out = output.console()
    words = {"yes": "may write to you", "not-now": "is put off", "never": "is turned away"}
    out.print(f"{output.plain(done['of'])} {words[done['word']]}.")
    for url in done["clients"]:
        out.print(output.plain(url))


def listed(vault: Vault) -> Screener:
    domains = store.domain_words(vault.connection)
    return {
        "clients": [_client(vault, row) for row in store.clients(vault.connection)],
        "domains": [{"domain": domain, "word": word, "at": at} for domain, word, at in domains],
    }


def _client(vault: Vault, row: ClientRow) -> Client:
    said, proposed = store.introduction(vault.connection, row.id), meeting.proposed(vault, row)
    return {
        "client": row.url,
        "name": row.name,
        "standing": meeting.standing(vault, row.id),
        "vendor": row.vendor_name or None,
        "proposed": proposed.name if proposed else None,
        "says": said.name if said else "",
        "intro": said.intro if said else "",
        "category": said.category if said else None,
        "request": ids.text("request", said.request) if said and said.request else None,
        "since": said.changed_at if said else None,
    }


def show(found: Screener) -> None:
    made = output.table("Client", "Standing", "Vendor", "Says")
    for one in found["clients"]:
        vendor = one["vendor"] or (f"{one['proposed']}?" if one["proposed"] else "")
        made.add_row(
            f"{output.plain(one['name'])} ({output.plain(one['client'])})",
            one["standing"],
            output.plain(vendor),
            output.plain(one["intro"]),
        )
    for each in found["domains"]:
        made.add_row(f"all of {output.plain(each['domain'])}", each["word"], "", "")
    output.show(made, empty="No vendor's client has come.", rows=len(found["clients"]) + len(found["domains"]))
