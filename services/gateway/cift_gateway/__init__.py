"""The HTTP and WebSocket edge: who are you, may you, translate to gRPC, push updates."""
