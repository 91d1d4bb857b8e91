"""What goes out of a policy or a record for other tools to read."""
