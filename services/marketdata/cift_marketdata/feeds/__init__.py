"""Where ticks come from: one module a kind, behind `feeds.base.Feed`."""
