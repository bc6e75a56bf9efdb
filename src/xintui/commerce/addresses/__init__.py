"""收货地址 addresses: where a buyer has parcels sent; an order keeps its own copy."""
