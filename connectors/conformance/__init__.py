"""The conformance runner: asks any implementation the cases of `terms.conformance` and says what its answers are worth.

A subject is reached as a child process that answers line by line (`command`), or over HTTP (`posting`). Nothing it does
may hurt the runner: every answer has a largest size and a time limit, an answer that cannot be read counts as none, a
child that hangs or falls is ended with all that it started and begun anew, and after a few cases without any answer the
rest is not asked. `running` goes through the cases, `report` counts, and `subject` is this project as such a child.

The subject is a program of the user's own choosing: it is kept from hurting the run, not from hurting the machine.
"""
