"""What is counted over many pledges, in exact numbers: indicators. It judges nothing."""
