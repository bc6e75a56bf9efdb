"""双维度筛选 screening: shops find, compare and invite promoters by what these let them see."""
