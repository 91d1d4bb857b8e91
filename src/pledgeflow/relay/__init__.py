"""Handing on what has happened: the outbox, as CloudEvents, at least once. Above storage.

cloudevents  one kept event as a CloudEvent; pure
pacing       how long to wait before the next try; pure
outbox       what is still to be handed on, and who is at it
endpoint     hands an event to an address on the network
relaying     the relay: whose turn it is, and what came of it
"""
