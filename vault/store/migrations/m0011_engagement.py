"""What a vendor tells its customer and is told: its own records, messages, requests for rights, feedback."""

SQL = ""
