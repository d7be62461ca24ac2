"""The vendors' side of the market: what they see of intentions, their signed offers, orders that came of awards."""
