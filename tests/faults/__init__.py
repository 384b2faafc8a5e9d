"""`make faults`: the promises, and three ways of trying to break them.

`wire` plays stories over real HTTP, `simulation` all that two or three ticks can do to each other in memory; both give
`findings`. `mutations` breaks the product on purpose and sees whether the tests notice.
"""
