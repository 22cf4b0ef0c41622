"""Pure: types, rules and the state machine. No I/O, no clock, no randomness that was not passed in."""
