"""The reference of the API, rendered from its own description."""
