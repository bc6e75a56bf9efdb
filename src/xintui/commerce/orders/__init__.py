"""订单: from cart to receipt, and every way back."""
