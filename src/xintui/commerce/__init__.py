"""交易: merchants, goods, orders and what happens after the sale."""
