"""The language of rules: reading TOML and JSON, writing both back, and the installed form that is hashed.

`files` reads, `printing` writes, `installed` is what a vault keeps; `conditions` is one condition as a text or a row. What
a rule means stands in `vault.policy.rules`.
"""
