"""Verifying what the other side presents: Merkle trees, signed checkpoints, canonical JSON, signatures, bundles."""
