"""The owner's browser on this machine, where there is one."""

from __future__ import annotations

import os
import sys
import threading
import webbrowser


def show(url: str) -> None:
    """Open an address, without waiting for it; nothing happens where there is no screen."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return  # a browser in the terminal would take it over
    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
