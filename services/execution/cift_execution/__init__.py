"""The execution service: sends orders to the broker, brings executions back, reconciles the two."""
