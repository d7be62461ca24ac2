"""Firstparty, everything that touches the outside: readers, the isolated process that they run in, and feeds."""
