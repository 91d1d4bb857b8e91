"""Ballot boxes: who may vote, that nobody votes twice, and what was counted. Above storage.

box      the protocol; a jurisdiction plugs in a real e-voting system behind it
codes    one-time codes and pseudonyms
memory   a box that is gone with its process
sql      a box in the store's own database
tables   its tables
"""
