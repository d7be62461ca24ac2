"""What a vendor asks, with the real values, allowed or declined."""
