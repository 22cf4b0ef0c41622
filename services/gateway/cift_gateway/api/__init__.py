"""HTTP and WebSocket: routes, bodies, and nothing that decides."""
