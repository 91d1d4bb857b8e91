"""One script for each version of the tables, named by its number."""
