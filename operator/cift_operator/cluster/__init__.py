"""I/O with the API server, and with the services of a platform that runs in it."""
