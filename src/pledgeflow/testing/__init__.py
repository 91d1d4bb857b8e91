"""What deployers use in their own tests."""
