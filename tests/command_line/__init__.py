"""The command line, the demonstration, and what is drawn and founded by them."""
