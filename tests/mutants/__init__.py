"""Small changes to the core, and which of them the tests notice."""
