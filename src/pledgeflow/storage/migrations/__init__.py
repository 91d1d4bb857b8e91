"""How the tables came to be what they are: a script for each version, which alembic runs in turn.

`env` is what alembic loads first, `versions` the scripts. A script is never changed once it has been
released, and leans on nothing of ours that could change: it says itself what the tables were then.
"""
