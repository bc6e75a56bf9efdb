"""微信支付 v3 behind the `Gateway` protocol, over the wechatpayv3 library."""
