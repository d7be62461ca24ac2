"""The vendor API: what a client may do with its token, a module of routes for each matter. docs/vendors.md tells it to vendors.

Nothing here decides: each route reads what came, asks the vault's own package for the matter, and writes the answer. Every
function of a route runs in the vault's thread with the `Principal` of its request, so what it does is for that client alone.
"""
