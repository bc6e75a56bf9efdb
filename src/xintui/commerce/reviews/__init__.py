"""评价 reviews: what buyers say of what they received, once per line and once more later."""
