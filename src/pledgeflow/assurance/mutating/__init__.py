"""Mutates a policy rule by rule: what none of its scenarios and properties notices is unprotected."""
