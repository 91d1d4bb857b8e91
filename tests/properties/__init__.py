"""What holds for every input, shown with Hypothesis."""
