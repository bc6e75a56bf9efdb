"""支付宝 in the simulator: the OpenAPI gateway, a cashier page, notifications and bills, with RSA keys of its own."""
