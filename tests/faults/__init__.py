"""Faults made on purpose, in number: `python -m tests.faults` says of each claim how many it withstood.

A claim is a module `claim_….py` of this folder with one function that makes one fault and says what came of it:

    @claim("bad-input", holds="what must hold, in a sentence", quick=1_500, full=50_000)
    def bad_input(case: Case) -> Outcome:
        ...

`case.number` counts from 0, `case.rng` is seeded by it, and `case.folder` is an empty folder, the working folder too. The
harness does the rest: it spreads cases over processes of their own, notices one that hangs or dies, counts, and tells how
a case that violated the claim is repeated.
"""
