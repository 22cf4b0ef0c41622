"""Everything outside the process: PostgreSQL, the cache, NATS, the other services."""
