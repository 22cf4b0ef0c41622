"""Pure: what is sent, what is waited for, how two views of an order are compared. No I/O, no clock of its own.

Orders and execution reports stay the proto messages that they arrive as and leave as: they pass through unchanged, and
a copy of each would be most of this service's work.
"""
