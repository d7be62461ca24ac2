"""What deciding costs, against hand-written Python and against Cedar: `python -m benchmarks.policy`."""
