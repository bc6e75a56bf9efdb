"""网关模拟器: a local server that speaks WeChat Pay v3, the mini-program API and Alipay truly, with keys of its own."""
