"""Tells Prometheus about the stores that do not do so themselves: PostgreSQL, the cache, NATS, the disk.

One small process beside the platform instead of three programs in Go; it asks as the services' own user and changes
nothing. QuestDB, the matcher and the services have `/metrics` of their own.
"""
