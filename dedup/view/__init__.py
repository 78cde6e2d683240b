"""What a scan found, for people: renderables for a terminal, and the same as plain values."""
