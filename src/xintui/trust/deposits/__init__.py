"""保证金 deposits: money that stands behind a promise, given back at any time but for what named claims hold."""
