"""What happened: people, commands, events, frozen states, evolve. Knows no policy; imports errors."""
