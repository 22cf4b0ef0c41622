"""What the edge knows without asking anyone: words, times, tokens, sequences. No I/O."""
