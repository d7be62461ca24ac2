"""What a vendor tells its customer and is told: its records, messages, rights, feedback."""
