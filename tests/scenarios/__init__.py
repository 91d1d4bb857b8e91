"""Policies played from the outside, as a user would."""
