"""How vendors come to the person: introductions, the screener, invitations."""
