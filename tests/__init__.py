"""Tests, by what they hold: units, properties, contracts between parts, scenarios."""
