"""入口: API, consoles, command line and processes. They sit on top and own no rules."""
