"""Faults over real HTTP.

A `Story` (story) is a `Chapter` (chapters) with a `Fault` (plan) at one request of its tick; `stories` lists them, and
`suite` plays them. Each is played in a `Lane` (stage), a stack of its own, whose function runs in a `Worker` (worker):
a process that has been started once (zygote) and is forked for each tick. All its requests go through one `Proxy`
(proxy), which knows the services' words (services), makes the trouble, and sees what was accepted.
"""
