"""What an address must have so that a parcel arrives."""

import re
from typing import Final

from xintui.commerce.addresses.contracts import AddressDraft, BadAddress

LIMIT: Final = 20
_PHONE: Final = re.compile(r"1[3-9]\d{9}", re.ASCII)
_REGION: Final = re.compile(r"(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])\d{4}", re.ASCII)
"""Province, city, county (GB/T 2260-2007); the first two digits are a province, 港澳台 among them."""


def check(draft: AddressDraft) -> None:
    """Raises `BadAddress`."""
    if not 1 <= len(draft.name.strip()) <= 40:
        raise BadAddress("收货人应有 1 到 40 个字")
    if not _PHONE.fullmatch(draft.phone):
        raise BadAddress("手机号应为 11 位数字")
    if not _REGION.fullmatch(draft.region_code):
        raise BadAddress("所在地区代码无效")
    if not 1 <= len(draft.region.strip()) <= 60:
        raise BadAddress("所在地区应有 1 到 60 个字")
    if not 1 <= len(draft.street.strip()) <= 120:
        raise BadAddress("详细地址应有 1 到 120 个字")
