"""The typed conditions a rule may name: what each asks, and the reason it gives when it is not met."""
