"""The vendor API under load, side by side with Community Solid Server 7: `python -m benchmarks.vendors`.

load         requests made beforehand, and what they cost the server
ours         our server, with a vault, a vendor, a grant, rules
open_route   the unauthenticated read that our own is compared with
solid        Community Solid Server, installed when it is needed
"""
