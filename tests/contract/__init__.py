"""What every implementation of a protocol owes, run against each of them."""
