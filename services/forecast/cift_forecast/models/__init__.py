"""Models that say how likely it is that the price goes up. Each takes its libraries with it."""
