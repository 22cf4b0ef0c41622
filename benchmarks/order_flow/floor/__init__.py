"""The floor: the hops of an order with no logic in them, five processes over real stores."""
