"""What programs that mine processes are given."""
