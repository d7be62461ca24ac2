"""Bitwarden exports: JSON, password-protected JSON, and CSV.

Promises: names, origins, log-in names, dates and ids of log-ins; never a password, one-time-code secret, note,
card, identity or custom field, neither in findings nor in problems or errors. See `account_entries` for what is
kept of an entry and `sealed` for protected exports. An export bound to a Bitwarden account cannot be opened by
anyone else and is refused with what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.frame import Manifest, Source
from connectors.password_tables import Table, first_line, header_of, read, table_of
from connectors.readers.bitwarden import exported_json
from vault.findings import Finding, Problem

_CSV = (
    Table(
        tool="Bitwarden",
        title="name",
        url="login_uri",
        username=("login_username",),
        secrets=("login_password", "login_totp", "notes", "fields"),
        kind="type",
        kinds=("login",),
        several_urls=True,
    ),
)
# `encrypted` is the first member of every export since 2021; older ones begin with their folders.
_MARKED = re.compile(rb'\s*\{\s*"encrypted"\s*:\s*(?:true|false)')
_OLDER = re.compile(rb'\s*\{\s*"(?:folders|collections)"\s*:\s*\[')
_SURE, _LIKELY, _POSSIBLE = 95, 85, 30


class Bitwarden:
    manifest = Manifest(
        name="bitwarden",
        title="Bitwarden export",
        kind="accounts",
        formats=("JSON", "password-protected JSON", "CSV"),
        yields=("account",),
        how_to_get="in Bitwarden open Tools, then Export vault, and choose `.json` or `.json (Encrypted)` with a password",
    )

    def sniff(self, head: bytes) -> int:
        head = head.removeprefix(b"\xef\xbb\xbf")
        if _MARKED.match(head):
            typical = (b'"items"', b'"passwordProtected"', b'"folders"', b'"collections"', b'"encKeyValidation')
            return _SURE if any(mark in head for mark in typical) else _POSSIBLE
        if _OLDER.match(head):
            return _LIKELY if b'"items"' in head and b'"login"' in head else _POSSIBLE
        return _SURE if table_of(header_of(first_line(head)), _CSV) else 0

    def read(self, source: Source) -> Iterator[Finding | Problem]:
        start = source.stream.read(64)
        source.stream.seek(0)
        if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
            return exported_json.read(source)
        return read(source, _CSV)


READER = Bitwarden()
