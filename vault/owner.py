"""What the owner says: corrections and facts, each in one transaction with its leaf, remembered for good."""
