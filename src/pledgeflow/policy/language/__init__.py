"""What a policy may say: its words, its typed form, and the register of clauses beside it."""
