"""`python -m pledgeflow.cli`."""

from pledgeflow.cli import main

if __name__ == "__main__":  # and not where a process of the demonstration reads it
    main()
