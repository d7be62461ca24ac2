"""One vendor, all of it: what it costs, until when one can leave, what it knows, and what to do."""
