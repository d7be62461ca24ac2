"""An examiner of the whole command: made-up bank histories as files, real commands, figures per class of difficulty.

It was written without sight of the rules it examines, knows them only through the command line and its JSON shapes, and
draws everything from a seed. Run `python -m benchmarks.evening --seeds 1-5`.
"""
