"""The owner in a browser: sessions and what opens one."""

SQL = ""
