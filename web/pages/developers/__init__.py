"""For whoever builds a vendor's program against this vault."""
