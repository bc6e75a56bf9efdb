"""The domain's judgement as numbers: plain arrays in, plain arrays out; no table, no clock, no name."""
