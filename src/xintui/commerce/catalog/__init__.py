"""商品: products with SKUs, prices and a stock that is never oversold."""
