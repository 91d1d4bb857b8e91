"""What is known to be true of a policy: scenarios that play it, and what they protect."""
