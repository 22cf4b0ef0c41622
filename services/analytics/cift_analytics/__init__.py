"""Trades in, answers out: what strategies earned, where, when and at what cost."""
