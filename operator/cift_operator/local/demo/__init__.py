"""`cift demo`: one real order, and the 14 steps of its way as its trace and the stores tell them."""
