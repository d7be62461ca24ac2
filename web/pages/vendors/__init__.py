"""Every vendor, found, filtered and counted."""
