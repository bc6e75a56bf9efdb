"""商品质量 quality: which goods buyers suffer from, kept from promotion while they do, and warned of before."""
