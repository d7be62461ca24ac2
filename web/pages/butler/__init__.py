"""The owner's rules: as sentences, as a form and as text; tried on the past before they hold; paused, packs, settings, and what was
decided by them."""
