"""The README's pictures: what the terminal shows of the samples, and their report."""
