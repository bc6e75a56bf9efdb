"""Who may use which operation: one line per operation, by operation id. An operation without a line fails the tests.

`PUBLIC`     answers without a token (must also stand in `entrypoints.api.PUBLIC`)
`ANYONE`     every known person, for what is their own
roles        only these; merchant roles for their own merchant's things only

`open_objects`: things behind the path id are shown to everybody (a product on the shelf), so a stranger's
200 is no leak; private canaries must still not appear in it.
"""

from dataclasses import dataclass
from typing import Final

from xintui.foundation.identity.contracts import Role

OPS = frozenset({Role.OPERATOR, Role.REVIEWER, Role.FINANCE, Role.AUDITOR})
STAFF = frozenset({Role.MERCHANT_OWNER, Role.MERCHANT_GOODS, Role.MERCHANT_FINANCE, Role.MERCHANT_SERVICE})
EVERY_ROLE = frozenset(Role)


@dataclass(frozen=True)
class Verdict:
    roles: frozenset[Role]
    public: bool = False
    open_objects: bool = False


PUBLIC: Final = Verdict(EVERY_ROLE, public=True, open_objects=True)
ANYONE: Final = Verdict(EVERY_ROLE)


def only(*roles: Role, open_objects: bool = False) -> Verdict:
    return Verdict(frozenset(roles), open_objects=open_objects)


READERS: Final = only(Role.OPERATOR, Role.REVIEWER, Role.AUDITOR)

MONEY_READERS: Final = only(Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
MONEY_ACTORS: Final = only(Role.OPERATOR, Role.FINANCE)
STAFF_ONLY: Final = Verdict(STAFF)
KEEPERS: Final = only(Role.MERCHANT_OWNER, Role.MERCHANT_GOODS)
HANDLERS: Final = only(Role.MERCHANT_OWNER, Role.MERCHANT_SERVICE)
SHARERS: Final = only(Role.OPERATOR, Role.FINANCE, Role.MERCHANT_OWNER, Role.MERCHANT_FINANCE)
SHARE_READERS: Final = Verdict(SHARERS.roles | {Role.AUDITOR})
DESK: Final = Verdict(OPS)
LIBRARIANS: Final = Verdict(STAFF | {Role.OPERATOR, Role.REVIEWER, Role.AUDITOR})
SHOP_MONEY: Final = only(Role.MERCHANT_OWNER, Role.MERCHANT_FINANCE)

VERDICTS: dict[str, Verdict] = {
    "identity_login": PUBLIC,
    "identity_wechat_login": PUBLIC,
    "identity_wechat_door": PUBLIC,
    "identity_wechat_enter": PUBLIC,
    "identity_wechat_bind_door": ANYONE,
    "identity_bind_wechat": ANYONE,
    "identity_send_login_code": PUBLIC,
    "identity_phone_login": PUBLIC,
    "identity_read_step_up": ANYONE,
    "identity_step_up": ANYONE,
    "identity_send_step_up_code": ANYONE,
    "identity_refresh": PUBLIC,
    "identity_logout": PUBLIC,
    "identity_me": ANYONE,
    "identity_list_devices": ANYONE,
    "identity_revoke_device": ANYONE,
    "identity_bind_phone": ANYONE,
    "identity_change_password": ANYONE,
    "identity_list_users": READERS,
    "identity_read_user": READERS,
    "identity_grant_role": only(Role.OPERATOR, Role.MERCHANT_OWNER),
    "identity_revoke_role": only(Role.OPERATOR, Role.MERCHANT_OWNER),
    "identity_set_active": only(Role.OPERATOR),
    "identity_list_audit": only(Role.OPERATOR, Role.AUDITOR),
    "payments_list_payments": MONEY_READERS,
    "payments_list_refunds": MONEY_READERS,
    "payments_list_transfers": MONEY_READERS,
    "payments_list_differences": MONEY_READERS,
    "payments_list_attempts": MONEY_READERS,
    "payments_look_now": MONEY_ACTORS,
    "payments_assign_difference": MONEY_ACTORS,
    "payments_close_difference": MONEY_ACTORS,
    # commerce
    "merchants_apply": ANYONE,
    "merchants_mine": STAFF_ONLY,
    "merchants_settings": only(Role.MERCHANT_OWNER),
    "merchants_profile": only(Role.MERCHANT_OWNER),
    "merchants_checklist": STAFF_ONLY,
    "merchants_checklist_of": DESK,
    "merchants_staff": only(Role.MERCHANT_OWNER),
    "merchants_set_roles": only(Role.MERCHANT_OWNER),
    "merchants_remove": only(Role.MERCHANT_OWNER),
    "merchants_invitations": only(Role.MERCHANT_OWNER),
    "merchants_invite": only(Role.MERCHANT_OWNER),
    "merchants_withdraw": only(Role.MERCHANT_OWNER),
    "merchants_accept": PUBLIC,
    "merchants_listing": DESK,
    "merchants_read": DESK,
    "merchants_history": DESK,
    "merchants_decide": only(Role.OPERATOR),
    "catalog_categories": PUBLIC,
    "catalog_return_classes": PUBLIC,
    "catalog_home": PUBLIC,
    "catalog_picks": DESK,
    "catalog_pick": only(Role.OPERATOR),
    "catalog_unpick": only(Role.OPERATOR),
    "catalog_window": PUBLIC,
    "catalog_product": PUBLIC,
    "catalog_picture": PUBLIC,
    "catalog_mine": STAFF_ONLY,
    "catalog_mine_one": STAFF_ONLY,
    "catalog_changes": STAFF_ONLY,
    "catalog_moves": STAFF_ONLY,
    "catalog_create": KEEPERS,
    "catalog_edit": KEEPERS,
    "catalog_put_on_shelf": KEEPERS,
    "catalog_take_off_shelf": KEEPERS,
    "catalog_add_sku": KEEPERS,
    "catalog_price": KEEPERS,
    "catalog_stock": KEEPERS,
    "catalog_retire": KEEPERS,
    "catalog_upload": KEEPERS,
    "orders_quote": ANYONE,
    "orders_read_checkout": ANYONE,
    "orders_pay": ANYONE,
    "orders_my_orders": ANYONE,
    "orders_my_after_sales": ANYONE,
    "orders_cancel_after_sale": ANYONE,
    "orders_send_back": ANYONE,
    "orders_confirm_replacement": ANYONE,
    "orders_refund_note": ANYONE,
    "orders_read": ANYONE,
    "orders_cancel": ANYONE,
    "orders_receive": ANYONE,
    "orders_ask": ANYONE,
    "orders_receipt": ANYONE,
    "orders_shop_orders": STAFF_ONLY,
    "orders_shop_order": STAFF_ONLY,
    "orders_shop_receipt": STAFF_ONLY,
    "orders_ship": HANDLERS,
    "orders_shop_after_sales": STAFF_ONLY,
    "orders_decide": HANDLERS,
    "orders_replace": HANDLERS,
    "orders_refund_instead": HANDLERS,
    "orders_shares": SHARE_READERS,
    "orders_split": SHARERS,
    "orders_return_split": SHARERS,
    "orders_release": SHARERS,
    "orders_quarantine": MONEY_READERS,
    "orders_return_quarantined": MONEY_ACTORS,
    "checkout_place": ANYONE,
    "addresses_book": ANYONE,
    "addresses_add": ANYONE,
    "addresses_read": ANYONE,
    "addresses_change": ANYONE,
    "addresses_remove": ANYONE,
    "addresses_make_default": ANYONE,
    "reviews_of_product": PUBLIC,
    "reviews_score": PUBLIC,
    "reviews_mine": ANYONE,
    "reviews_write": ANYONE,
    "reviews_upload": ANYONE,
    "reviews_add_more": ANYONE,
    "reviews_of_shop": STAFF_ONLY,
    "reviews_reply": HANDLERS,
    "reviews_hide": only(Role.OPERATOR),
    "reviews_show": only(Role.OPERATOR),
    # promotion
    "promoters_read_agreement": ANYONE,
    "promoters_apply_identity": ANYONE,
    "promoters_apply_agreement": ANYONE,
    "promoters_apply_payee": ANYONE,
    "promoters_read_me": ANYONE,
    "promoters_read_application": ANYONE,
    "promoters_change_payee": ANYONE,
    "promoters_read_team": ANYONE,
    "promoters_export_team": ANYONE,
    "promoters_list_promoters": DESK,
    "promoters_read_promoter": DESK,
    "promoters_decide": only(Role.OPERATOR, Role.REVIEWER),
    "promoters_set_level": only(Role.OPERATOR),
    "attribution_create_link": ANYONE,
    "attribution_list_links": ANYONE,
    "attribution_share_link": ANYONE,
    "attribution_link_qr": ANYONE,
    "attribution_touch": PUBLIC,
    "attribution_read_window": only(Role.MERCHANT_OWNER, Role.MERCHANT_FINANCE),
    "attribution_set_window": only(Role.MERCHANT_OWNER),
    "attribution_why": Verdict(EVERY_ROLE - {Role.BUYER, Role.PROMOTER}),
    "materials_for_promoters": ANYONE,
    "materials_shared": ANYONE,
    "materials_record_use": ANYONE,
    "materials_share": ANYONE,
    "materials_poster": ANYONE,
    "materials_poster_file": ANYONE,
    "materials_make_mini_code": ANYONE,
    "materials_mini_code": ANYONE,
    "materials_library": LIBRARIANS,
    "materials_read": LIBRARIANS,
    "materials_preview": LIBRARIANS,
    "materials_create": Verdict(KEEPERS.roles | {Role.OPERATOR}),
    "materials_upload": Verdict(KEEPERS.roles | {Role.OPERATOR}),
    "materials_change": Verdict(KEEPERS.roles | {Role.OPERATOR}),
    "materials_submit": Verdict(KEEPERS.roles | {Role.OPERATOR}),
    "materials_recall": Verdict(KEEPERS.roles | {Role.OPERATOR}),
    "materials_approve": only(Role.OPERATOR, Role.REVIEWER),
    "materials_refuse": only(Role.OPERATOR, Role.REVIEWER),
    "materials_withdraw": Verdict(KEEPERS.roles | {Role.OPERATOR, Role.REVIEWER}),
    "payouts_read_wallet": ANYONE,
    "payouts_preview": ANYONE,
    "payouts_request_withdrawal": ANYONE,
    "payouts_list_mine": ANYONE,
    "payouts_read_mine": ANYONE,
    "payouts_cancel": ANYONE,
    "payouts_list_statements": ANYONE,
    "payouts_read_statement": ANYONE,
    "payouts_statement_csv": ANYONE,
    "payouts_statement_pdf": ANYONE,
    "payouts_read_queue": DESK,
    "payouts_list_withdrawals": DESK,
    "payouts_read_withdrawal": DESK,
    "payouts_propose": MONEY_ACTORS,
    "payouts_approve": only(Role.FINANCE),
    "payouts_reject": MONEY_ACTORS,
    "payouts_record_bank": only(Role.FINANCE),
    "payouts_read_tax_years": DESK,
    "payouts_list_statements_of": DESK,
    "payouts_read_tax_profile": MONEY_READERS,
    "payouts_set_tax_profile": only(Role.FINANCE),
    "payouts_list_tax_reports": MONEY_READERS,
    "payouts_read_tax_report": MONEY_READERS,
    "payouts_export_tax_report": only(Role.FINANCE),
    # commission
    "commission_read_plans": PUBLIC,
    "commission_my_summary": ANYONE,
    "commission_my_lines": ANYONE,
    "commission_my_line": ANYONE,
    "commission_my_prospect": ANYONE,
    "commission_my_calendar": ANYONE,
    "commission_my_statements": ANYONE,
    "commission_shop_lines": SHOP_MONEY,
    "commission_shop_line": SHOP_MONEY,
    "commission_shop_orders": SHOP_MONEY,
    "commission_shop_drafts": SHOP_MONEY,
    "commission_shop_preview": SHOP_MONEY,
    "commission_shop_propose": only(Role.MERCHANT_OWNER),
    "commission_shop_change": only(Role.MERCHANT_OWNER),
    "commission_shop_withdraw": only(Role.MERCHANT_OWNER),
    "commission_list_lines": MONEY_READERS,
    "commission_read_line": MONEY_READERS,
    "commission_list_sweeps": MONEY_READERS,
    "commission_list_statements": MONEY_READERS,
    "commission_list_plans": MONEY_READERS,
    "commission_list_drafts": MONEY_READERS,
    "commission_read_draft": MONEY_READERS,
    "commission_preview": MONEY_READERS,
    "commission_release_now": MONEY_ACTORS,
    "commission_draft": only(Role.OPERATOR),
    "commission_change": only(Role.OPERATOR),
    "commission_publish": only(Role.OPERATOR),
    "commission_reject": only(Role.OPERATOR),
    "ledger_list_accounts": MONEY_READERS,
    "ledger_read_statement": MONEY_READERS,
    "ledger_export_statement": MONEY_READERS,
    "ledger_explain_posting": MONEY_READERS,
    "evidence_list_published": PUBLIC,
    "evidence_list_roots": MONEY_READERS,
    "evidence_list_blocks": MONEY_READERS,
    "evidence_prove_day": MONEY_READERS,
    "evidence_prove_account": MONEY_READERS,
    "pyramid_report": DESK,
    "wallet_list_own": ANYONE,
    "wallet_read_own": ANYONE,
    "wallet_prove_own": ANYONE,
}

NOT_TENANT: dict[str, str] = {
    # Tables with a merchant_id that are rightly not walled, and why.
    "attribution_link": "a promoter's row: the merchant is what the link points to",
    "attribution_window": "the published rules of a merchant, read by everybody who asks why",
    "attribution_click": "a promoter's row",
}
