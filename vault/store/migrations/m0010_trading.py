"""What the vendors' side of intentions and offers keeps: signed offers, and orders that came of awards."""

SQL = ""
