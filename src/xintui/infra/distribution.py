"""分布列: by which column the rows of each table would be spread over machines (stack.md, "Growing past one machine").

Data, not behaviour: one PostgreSQL needs none of it. It is kept true from the first day because it cannot be added
later: every primary key and unique constraint of a distributed table must carry its column, and no foreign key may
point at or from it. `tests/architecture/test_distribution.py` holds the migrated database to it.
"""

from typing import Final

DISTRIBUTION: Final[dict[str, str]] = {
    # goods and orders: by merchant
    "catalog_product": "merchant_id",
    "catalog_sku": "merchant_id",
    "catalog_stock": "merchant_id",
    "catalog_stock_move": "merchant_id",
    "catalog_picture": "merchant_id",
    "reviews_review": "merchant_id",
    "reviews_score": "merchant_id",
    "disputes_case": "merchant_id",
    "disputes_entry": "merchant_id",
    "disputes_file": "merchant_id",
    "disputes_repayment": "merchant_id",
    "disputes_writeoff": "merchant_id",
    "quality_daily": "merchant_id",
    "quality_standing": "merchant_id",
    "concentration_line": "merchant_id",
    "orders_order": "merchant_id",
    "orders_line": "merchant_id",
    "orders_event": "merchant_id",
    "orders_aftersale": "merchant_id",
    "orders_aftersale_line": "merchant_id",
    "orders_checkout": "id",  # spans merchants
    # a buyer's own: by buyer
    "addresses_book": "buyer_id",
    "addresses_address": "buyer_id",
    # the ledger: by the hash that addresses a row
    "ledger_account": "id",
    "ledger_move": "reason_id",
    "ledger_hold": "account_id",
    # promoters' things: by promoter
    "commission_line": "promoter_id",
    "commission_entry": "promoter_id",
    "commission_hold": "promoter_id",
    "commission_refund": "promoter_id",
    "commission_month": "promoter_id",
    "commission_withdrawal": "promoter_id",
    "attribution_touch": "promoter_id",
    "attribution_attribution": "merchant_id",
    "attribution_sale": "promoter_id",
    "attribution_branch": "promoter_id",
    "attribution_lock": "merchant_id",
    "attribution_visitor_buyer": "buyer_id",
    # what promoters may do today: by promoter
    "followups_task": "promoter_id",
    # what promoters have read, and how often they may: by promoter
    "academy_reading": "promoter_id",
    "academy_day": "promoter_id",
    "academy_month": "promoter_id",
    # what is counted about somebody: by whom it is about
    "credit_subject": "id",
    "credit_signal": "subject_id",
    "credit_tally": "subject_id",
    "credit_state": "subject_id",
    "credit_score": "subject_id",
    "credit_history": "subject_id",
    # points: by whose they are
    "points_member": "id",
    "points_earning": "member_id",
    "points_voucher": "member_id",
    "points_correction": "member_id",
    "points_month": "member_id",
    # what the month's reviews found: by promoter
    "growth_review": "promoter_id",
    # figures by day: by merchant
    "analytics_daily": "merchant_id",
    # what people are told: by who is told
    "agreements_acceptance": "user_id",
    "privacy_consent": "user_id",
    "privacy_frozen": "user_id",
    "notifications_message": "user_id",
    "notifications_inbox": "user_id",
    "notifications_preference": "user_id",
    "notifications_consent": "user_id",
    "notifications_delivery": "user_id",
    "notifications_shop": "merchant_id",
    # the machinery: by whatever a row is found by
    "outbox_event": "id",
    "idempotency_request": "principal_id",
    "throttle_bucket": "digest",
}

REFERENCE: Final[dict[str, str]] = {
    # small, read everywhere, written by people: a copy on every machine
    "catalog_category": "one tree for the platform",
    "merchants_merchant": "thousands, not millions",
    "commission_books": "one row per set of books",
    "commission_plan": "published versions",
    "commission_draft": "plans being written",
    "commission_sweep": "one row per release run",
    "attribution_window": "dated settings",
    "payouts_policy": "dated settings",
    "promoters_policy": "dated settings",
    "ledger_kind": "the chart of accounts",
    "ledger_fold": "one row",
    "followups_plan": "plans that people write",
    "academy_edition": "courses that people write",
    "academy_requirement": "a row per category that asks",
    "notifications_tally": "a row per day and template",
    "notifications_watch": "two rows",
    "ledger_close": "one row per day and set of books",
    "points_settled": "one row per month",
}

LOCAL: Final[dict[str, str]] = {
    # stays on the first machine, with the reason
    "identity": "people, devices and tokens: unique by phone, openid and digest, across everything",
    "violations": "a few per thousand promoters, decided by people",
    "bands": "a version now and then, an appeal now and then, read by people",
    "qualification": "a few papers per shop, found by their holder and, across all holders, by their number",
    "appeals": "a few per thousand decisions, read by people",
    "graph": "counted again as a whole by one process; read one by one",
    "deposits": "a few rows per holder; payments and refunds are found by number alone",
    "payments": "instructions to one gateway account, in the order and under the numbers the gateway knows",
    "payouts": "a few rows per promoter and month; bank references are unique across promoters",
    "promoters": "one row per person; the sponsor relation is held together by a foreign key",
    "merchants_event": "back-office log",
    "merchants_invitation": "a few per shop, found by their secret",
    "catalog_change": "back-office log",
    "catalog_words": "the search index: public words, made again from the goods whenever wanted",
    "catalog_pick": "the first page: a handful",
    "orders_quarantine": "payments that fit no order: a handful, and the platform's alone",
    "attribution_link": "a link is found by its short code, unique across promoters",
    "concentration_case": "a few at a time, looked into by people; a promoter's spans shops",
    "concentration_progress": "one row",
    "quality_stale": "days to be counted again: emptied every minute",
    "quality_progress": "one row",
    "quality_block": "history that people read: a few per product at most",
    "quality_alert": "history that people read: a few per product at most",
    "patterns_found": "four rows a shop, counted again each night",
    "patterns_turnover": "a row per product, counted again each night",
    "patterns_progress": "one row",
    "analytics_stale": "days to be counted again: emptied every minute",
    "analytics_progress": "one row",
    "academy_sitting": "a few per promoter and year, found by number alone",
    "academy_certificate": "a few per promoter and year; found by its number across all promoters",
    "academy_session": "trainings: a few a month, whose seats are one row",
    "academy_booking": "seats in them, found by session and by promoter",
    "materials": "a library that people write, counters in slots of their own, a picture per link",
    "privacy_export": "a handful at a time, taken by one worker",
    "privacy_erasure": "a handful at a time, taken by one worker",
    "rosters": "what shops announce: a handful at a time, each with a short list of people",
    "screening": "a row per promoter that every process holds whole; lists and invitations that people write",
    "evidence": "one chain, sealed by one process",
}
"""Whole modules by label, or single tables."""
