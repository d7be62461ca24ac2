"""The butler's mind: facts, rules, verdicts and their proofs, as pure functions over values. No clock, no I/O."""
