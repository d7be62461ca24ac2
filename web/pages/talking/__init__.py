"""What the owner says to a vendor: messages in threads, an invitation, what they think of it."""
