"""Pure: the policy, its changes, and exposure."""
