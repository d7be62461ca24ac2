"""Passwords saved in a browser or a password manager, exported as CSV.

Promises: names, origins, log-in names, dates and ids; never a password, one-time-code secret or note. The tools
differ only in the names of their columns, so each is a row of the table below; a file of another tool is read when
its header names an address, a log-in name and a password.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.frame import Manifest, Source
from connectors.password_tables import Table, first_line, header_of, read, table_of
from vault.findings import Finding, Problem

_NOTES = ("note", "notes", "extra", "totp", "otpauth", "otpsecret", "otpurl")
TABLES = (
    Table(tool="Chrome, Edge, Brave, Opera", title="name", url="url", secrets=("password", *_NOTES)),
    Table(
        tool="Firefox",
        url="url",
        secrets=("password", "httprealm"),
        own_id="guid",
        opened="timecreated",
        last_used="timelastused",
        changed="timepasswordchanged",
        needs=("guid", "formactionorigin"),
    ),
    Table(tool="Safari, 1Password", title="title", url="url", secrets=("password", *_NOTES)),
    Table(tool="LastPass", title="name", url="url", secrets=("password", *_NOTES), needs=("extra", "grouping")),
    Table(
        tool="KeePassXC",
        title="title",
        url="url",
        secrets=("password", *_NOTES),
        opened="created",
        changed="last modified",
        needs=("group",),
    ),
    Table(
        tool="KeePass",
        title="account",
        url="web site",
        username=("login name",),
        secrets=("password", "comments"),
    ),
    Table(
        tool="Dashlane",
        title="title",
        url="url",
        username=("username", "username2", "username3"),
        secrets=("password", *_NOTES),
        needs=("username2",),
    ),
    Table(
        tool="Proton Pass",
        title="name",
        url="url",
        username=("username", "email"),
        secrets=("password", *_NOTES),
        opened="createtime",
        changed="modifytime",
        kind="type",
        kinds=("login",),
        several_urls=True,
        needs=("type", "createtime"),
    ),
    Table(
        tool="NordPass",
        title="name",
        url="url",
        secrets=("password", "note", "cardnumber", "cvc", "pin"),
        kind="type",
        kinds=("password", ""),
        needs=("cardholdername", "type"),
    ),
    Table(tool="another tool", url="url", secrets=("password", *_NOTES)),
    Table(tool="another tool", title="title", url="website", secrets=("password", *_NOTES)),
    Table(tool="another tool", title="name", url="url", username=("login",), secrets=("password", *_NOTES)),
)
_SURE, _LIKELY = 90, 60


class BrowserPasswords:
    manifest = Manifest(
        name="browser_passwords",
        title="Saved passwords (CSV)",
        kind="accounts",
        formats=("CSV",),
        yields=("account",),
        how_to_get="in the browser's or password manager's settings choose to export passwords to a CSV file",
    )

    def sniff(self, head: bytes) -> int:
        table = table_of(header_of(first_line(head)), TABLES)
        if table is None:
            return 0
        return _LIKELY if table.tool == "another tool" else _SURE

    def read(self, source: Source) -> Iterator[Finding | Problem]:
        return read(source, TABLES)


READER = BrowserPasswords()
