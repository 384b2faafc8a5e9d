"""The product's own ticks, step by step: every effect a place to stop, to fail or to die, on a clock that is moved.

`gates` stand before everything outside a process; `process` runs a tick between them; `simulation` holds a world and
the processes in it at one moment; `walk` knows what may come next; `explore` goes every way, from where `scenarios`
begin and with what `operators` do, and `verdict` judges each end.
"""
