"""支付: the only way money comes in and goes out; instruction first, network later, the same number on every retry."""
