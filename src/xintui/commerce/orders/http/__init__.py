"""Addresses of orders: `buyer` at /orders, `shop` at /shop, `desk` at /quarantine, `sharing` at /sharing."""
