"""Who sees what of the owner, how often they looked, and how it stops."""
