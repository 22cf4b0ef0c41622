"""What is watched: rules, runbooks, dashboards."""
