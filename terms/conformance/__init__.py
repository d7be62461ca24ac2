"""The conformance corpus: cases in JSON that any implementation of these agreements can be held against.

IEEE 7012 prescribes no wire format and has no conformance tests. These cases are for the format of this project
(`docs/conformance.md` describes both), and they need nothing of it: a case holds its bytes, keys, roster and time,
and says what is to come out and, in one sentence, why. Promises:

* Expected outcomes were written from the documents, not taken from what some implementation answered; the bytes were
  made by a second implementation of the format (`tests/conformance/forging.py`) that shares no code with this package.
* A published case keeps its id and meaning; later ones are added.
* A case has one defect where that is possible. Where a thing cannot be wrong in one way only, the order of the
  checks in `docs/conformance.md` says which code is due.

`corpus` reads the cases, `verdicts` says what an answer is worth, and `answering` is this project as a subject of its own
corpus. How subjects are reached (processes, HTTP) is `connectors.conformance`'s. Passing proves what the cases say and
nothing more: not that keys are kept safely, nor that anybody keeps to an agreement.
"""
