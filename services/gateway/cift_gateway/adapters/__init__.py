"""What the edge talks to: PostgreSQL, the other services, Valkey, a file."""
