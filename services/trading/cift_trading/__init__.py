"""The life of an order, positions, cash and the audit trail: one writer, in memory, made durable in groups."""
