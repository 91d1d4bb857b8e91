"""Reasons in words, in both languages."""
