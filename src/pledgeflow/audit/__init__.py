"""Proof that a record is what it was: checkpoints that are signed, proofs, and looking for meddling.

Beside `ballots`, above `storage`. `merkle`, `checkpoints` and `proofs` are pure; `keys` alone needs
`cryptography`; `verifier` is a script of its own, for whoever has neither this nor the database.
"""
