"""A policy compiled: what deciding reads, and how it is built from the typed form."""
