"""The verbs of orders. Locks: checkout, orders in id order, after-sales, payments, stock counters, ledger accounts."""
