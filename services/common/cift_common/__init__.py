"""What every service shares: numbers, ids and errors (pure), and the plumbing around them."""
