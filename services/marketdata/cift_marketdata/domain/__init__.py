"""Pure: what ticks and bars are, which ticks are believed, what the latest prices are."""
