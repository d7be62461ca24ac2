"""Firstparty, the heart: records, keys, storage, the log, and the analysis of relationships. Synchronous; no clock."""
