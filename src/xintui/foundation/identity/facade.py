"""账号与角色 identity: the public face."""

from xintui.foundation.identity.rules import require, require_merchant

__all__ = ["require", "require_merchant"]
