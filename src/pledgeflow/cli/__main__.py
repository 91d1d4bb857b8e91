"""`python -m pledgeflow.cli`."""

from pledgeflow.cli import main

main()
