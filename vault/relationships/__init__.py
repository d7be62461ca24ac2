"""What charges and accounts say about relationships: pure functions over values, with evidence for every conclusion."""
