"""Use cases of the edge: prove who one is, sign up and log in, follow an account."""
