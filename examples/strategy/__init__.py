"""A sample strategy: signals in, orders out, through the API that everybody has."""
