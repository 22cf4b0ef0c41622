"""Brokers, and the I/O around them. A new broker is one file here and its entry in the contract test."""
