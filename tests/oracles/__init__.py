"""Engines that others wrote, fed with what is exported, and held against our own."""
