"""People in a town under any policy: what the property tests draw and play with.

Inner: it changes without notice. From the bottom: `dice`, `towns` (directories), `walks` (one
stream, one command after the other), `performing` (remedies carried out), `wandering` (random
walks), `neighbours` (the streams around one), `rows`, `living` (a whole town in an engine).
"""
