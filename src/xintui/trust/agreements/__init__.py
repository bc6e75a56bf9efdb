"""协议 agreements: what people agree to, in versions that stay readable, and who agreed to which."""
