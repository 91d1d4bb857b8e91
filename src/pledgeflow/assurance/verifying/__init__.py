"""Holds a policy to what is promised of every policy, and to what it claims of itself.

On top of `exploring`, which finds all that can happen; here it is looked at: `declared` (what a
track says, by meaning), `watching` and `claims` (what is remembered on the way), the properties
(`showing`, `grading`, `ending`, `owing`, `following`), `promises` (the list of them), `verifying`
(the whole), `reporting` and `writing` (a violation as data, and as a scenario).
"""
