"""The risk service: owns the policy (limits, restrictions, halts) and leases it to the engines that enforce it."""
