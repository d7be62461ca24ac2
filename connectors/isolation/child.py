"""The child: load every reader, give up every power, then read what the parent hands over.

Started as its own program (`python -I`), so that no memory of the parent comes with it, and told by its one argument
which descriptor is the socket. Everything that reading may need later is loaded before the lockdown, because no file
can be opened after it. The child ends when the parent closes the socket.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import socket
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path

from connectors.frame import Reader, readers
from connectors.isolation import frames
from connectors.isolation.limits import MAX_REQUEST_BYTES, Limits
from connectors.isolation.lockdown import lock_down
from connectors.isolation.reading import Reading

# What readers and their libraries load only when first used, which would be after the lockdown.
_LATE_MODULES = (
    "_strptime base64 binascii bisect bz2 calendar copy csv dataclasses decimal difflib email fractions gzip hashlib "
    "heapq hmac html html.entities json locale lxml.etree lzma statistics string stringprep textwrap unicodedata"
)
# Encodings that bank and password files are known to come in; Python loads each on first use.
_ENCODINGS = (
    "ascii utf_8 utf_8_sig utf_7 utf_16 utf_16_le utf_16_be utf_32 utf_32_le utf_32_be latin_1 iso8859_2 iso8859_9 "
    "iso8859_15 cp437 cp850 cp852 cp1250 cp1251 cp1252 cp1253 cp1254 cp1257 mac_roman koi8_r gb18030 big5 shift_jis "
    "cp932 euc_kr idna punycode"
)
# The same for libxml2, which asks the C library; an open conversion keeps its tables in memory.
_XML_ENCODINGS = "ISO-8859-1 ISO-8859-2 ISO-8859-9 ISO-8859-15 WINDOWS-1250 WINDOWS-1251 WINDOWS-1252 WINDOWS-1254"


def main(argument: str) -> None:
    setup = frames.decode_setup(argument)
    with socket.socket(fileno=setup.descriptor) as channel, suppress(BrokenPipeError, ConnectionResetError):
        try:
            loaded = (*readers(), *_extra_readers(setup.extra_readers))
            _load_late_parts()
            protections = lock_down(setup.limits)
        except Exception as error:
            _write(channel, frames.packed(frames.Unready(f"{type(error).__name__}: {error}")))
            return
        names = tuple(reader.manifest.name for reader in loaded)
        _write(channel, frames.packed(frames.Ready(protections, names)))
        _serve(channel, setup.limits, loaded)


def _serve(channel: socket.socket, limits: Limits, loaded: tuple[Reader, ...]) -> None:
    while received := _request(channel):
        request, file = received
        try:
            Reading(request, loaded, limits, partial(_write, channel)).run(file)
        finally:
            os.close(file)


def _request(channel: socket.socket) -> tuple[frames.Read, int] | None:
    """The next file to read and what to do with it; nothing when the parent is gone."""
    header, descriptors, _, _ = socket.recv_fds(channel, frames.HEADER.size, 1)
    if not header:
        return None
    (length,) = frames.HEADER.unpack(header)
    if length > MAX_REQUEST_BYTES:
        return None
    body = bytearray()
    while len(body) < length:
        body += os.read(channel.fileno(), length - len(body))
    return frames.decode_request(body), descriptors[0]


def _write(channel: socket.socket, frame: bytearray) -> None:
    left = memoryview(frame)
    while left:  # write and not send: the filter allows no call that could name another address
        left = left[os.write(channel.fileno(), left) :]


def _extra_readers(folder: str) -> list[Reader]:
    found = []
    for path in sorted(Path(folder).glob("*/__init__.py")) if folder else []:
        spec = importlib.util.spec_from_file_location(path.parent.name, path)
        assert spec is not None
        assert spec.loader is not None
        module = sys.modules[path.parent.name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found.append(module.READER)
    return found


def _load_late_parts() -> None:
    for name in _LATE_MODULES.split():
        importlib.import_module(name)
    for name in _ENCODINGS.split():
        "a".encode(name).decode(name)
    _pin_xml_encodings()


def _pin_xml_encodings() -> None:
    iconv_open = getattr(ctypes.CDLL(None), "iconv_open", None)
    if iconv_open is None:  # where it stands in another library, XML in these encodings is refused by libxml2
        return
    iconv_open.restype = ctypes.c_void_p
    for name in _XML_ENCODINGS.split():
        iconv_open(b"UTF-8", name.encode())
        iconv_open(name.encode(), b"UTF-8")
