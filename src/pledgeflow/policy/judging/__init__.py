"""What is asked is judged: its fields, its way, everything against it, and what follows from it."""
