"""PostgreSQL, NATS and the trading service."""
