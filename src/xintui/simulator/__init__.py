"""网关模拟器: a local server that speaks the true WeChat Pay v3 and mini-program protocols with keys of its own."""
