"""The pages of the owner, and what a browser meets first."""
