"""Messages, requests for rights and feedback."""

SQL = ""
