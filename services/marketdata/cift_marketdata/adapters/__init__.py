"""QuestDB, the cache, NATS and exchange calendars. Each comes back by itself, and none stops another."""
