"""Pure: no I/O, no clock, randomness by a seed that is passed in."""
