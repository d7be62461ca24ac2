"""Events on their way to webhooks: due, delivered, dead."""
