"""Features, training, and the judgement of forecasts."""
