"""A simulated year: sample people live through every policy. Above the engine, beneath `cli`.

No policy is named here. Who is needed is read off a policy's roles and tracks (`needs`), they are
brought together in a directory (`world`), and what they do next follows from the compiled rules
(`ways`): a step towards the end is tried, and where the engine refuses it, its own remedies are
carried out (`acting`). Some are slow, some careless, some fail (`temper`, `mishaps`).
"""

from pledgeflow.demo.year import Outcome, Setting, months, play

__all__ = ["Outcome", "Setting", "months", "play"]
