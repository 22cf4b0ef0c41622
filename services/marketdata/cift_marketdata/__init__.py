"""Market data: takes feeds in, keeps history, gives it out."""
