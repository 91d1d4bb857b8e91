"""What is owed by when: rhythms, and the instances that a duty has in a stream."""
