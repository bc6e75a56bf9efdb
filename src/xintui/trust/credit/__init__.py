"""信用 credit: a score of 0 to 1000 from 18 named indicators, each point of it explained and recomputable."""
