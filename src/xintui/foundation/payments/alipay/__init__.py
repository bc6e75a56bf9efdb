"""支付宝 OpenAPI behind the `Gateway` protocol: a small client over httpx and cryptography (ADR 0008)."""
