"""What reading a ZIP raises where the file is broken or foreign: not only `BadZipFile`, which is for what the reader looks for.

A header cut short is a `struct.error`, a damaged place in a table a `LookupError`, a name in another encoding a `ValueError`, an
encrypted member or an unknown method a `RuntimeError`; the rest comes from the methods of compression.
"""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from typing import Final

UNREADABLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    LookupError,
    OverflowError,
)
