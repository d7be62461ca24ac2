"""The butler in the vault: what vendors ask becomes a request, is decided by the owner's rules, and is on record.

    rulebook     the owner's rules: versions that are only ever added, one of which holds
    settings     budgets, quiet hours and what vendors are told
    known        what the vault knows, as facts need it
    decisions    deciding, and decisions read back: replayed, overridden
    watching     renewals and price rises that the analysis found, as requests
    trying       a draft of rules over what was decided before
    market       intentions, the offers for them, and their order
    disclosing   what of a decision a vendor is told

Deciding itself is `vault.policy` and pure. Every decision is written with its request, its effect and its audit leaf in one
transaction; the owner's override stands beside it and takes nothing away.
"""
