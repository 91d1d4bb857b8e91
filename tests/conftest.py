"""Hypothesis profiles; `HYPOTHESIS_PROFILE` picks one.

dev      quick and random, for the next edit
ci       the same examples in each run, so that a red build is about the change
nightly  many random examples, for what nobody has thought of
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci",
    max_examples=60,
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("nightly", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))
