"""Components → what runs them, purely: local processes here, Kubernetes manifests and a compose file later."""
