"""What identity refuses, and why."""

from dataclasses import dataclass
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


@dataclass(eq=False)
class NotAllowed(DomainError):
    """The person is known, the role is missing."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    code: ClassVar[str] = "identity.not_allowed"
    says: ClassVar[str] = "您的账号没有执行此操作的权限"


@dataclass(eq=False)
class NotAuthenticated(DomainError):
    """Nobody is asking, or with a token that no longer says anything."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED
    code: ClassVar[str] = "identity.not_authenticated"
    says: ClassVar[str] = "请先登录"


@dataclass(eq=False)
class LoginRefused(DomainError):
    """One answer for unknown account, wrong password, wrong or missing code and closed account alike."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED
    code: ClassVar[str] = "identity.login_refused"
    says: ClassVar[str] = "账号、密码或动态口令不正确"


@dataclass(eq=False)
class TooManyAttempts(DomainError):
    """Guessing is slowed down before it can succeed."""

    kind: ClassVar[Kind] = Kind.LIMITED
    code: ClassVar[str] = "identity.too_many_attempts"
    says: ClassVar[str] = "尝试次数过多，请稍后再试"

    retry_after_s: int


@dataclass(eq=False)
class TotpRequired(DomainError):
    """This installation lets money roles in only with a second factor, and none is enrolled yet."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    code: ClassVar[str] = "identity.totp_required"
    says: ClassVar[str] = "该账号须先在后台绑定动态口令"


@dataclass(eq=False)
class WrongTotp(DomainError):
    """The six digits do not match, or were used already."""

    code: ClassVar[str] = "identity.wrong_totp"
    says: ClassVar[str] = "动态口令不正确或已使用，请等待下一个口令"


@dataclass(eq=False)
class TokenReused(DomainError):
    """A refresh token came twice: one of the two holders is a thief, so both are out."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED
    code: ClassVar[str] = "identity.token_reused"
    says: ClassVar[str] = "登录凭证已被使用过，为保护账号已退出该设备，请重新登录"


@dataclass(eq=False)
class WechatRefused(DomainError):
    """WeChat does not vouch for the code, or the code was seen before."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED
    code: ClassVar[str] = "identity.wechat_refused"
    says: ClassVar[str] = "微信登录凭证无效或已使用，请重新登录"


@dataclass(eq=False)
class WechatUnavailable(DomainError):
    """No answer from WeChat."""

    kind: ClassVar[Kind] = Kind.UNAVAILABLE
    code: ClassVar[str] = "identity.wechat_unavailable"
    says: ClassVar[str] = "微信服务暂时没有应答，请稍后再试"


@dataclass(eq=False)
class WechatClosed(DomainError):
    """The installation has no Official Account, so nobody can come by it."""

    kind: ClassVar[Kind] = Kind.UNAVAILABLE
    code: ClassVar[str] = "identity.wechat_closed"
    says: ClassVar[str] = "本商城尚未开通微信网页登录，请使用手机验证码登录或打开微信小程序"


@dataclass(eq=False)
class WechatElsewhere(DomainError):
    """This WeChat belongs to another account, or this account to another WeChat."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "identity.wechat_elsewhere"
    says: ClassVar[str] = "该微信已绑定其他账号，或您的账号已绑定其他微信；请退出后改用微信登录"


@dataclass(eq=False)
class UserNotFound(DomainError):
    """No such person, as far as the asker may know."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "identity.user_not_found"
    says: ClassVar[str] = "没有找到该用户"


@dataclass(eq=False)
class DeviceNotFound(DomainError):
    """No such device of this person."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "identity.device_not_found"
    says: ClassVar[str] = "没有找到该设备"


@dataclass(eq=False)
class RoleMisplaced(DomainError):
    """A merchant role without a merchant, or a platform role with one."""

    code: ClassVar[str] = "identity.role_misplaced"
    says: ClassVar[str] = "商家角色必须指定商家，其他角色不能指定商家"


@dataclass(eq=False)
class LastOwner(DomainError):
    """Somebody must be able to act for the shop and to let others in."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "identity.last_owner"
    says: ClassVar[str] = "这是店铺唯一的主账号，请先让另一位成员成为主账号"


@dataclass(eq=False)
class AlreadyTaken(DomainError):
    """Login name, phone or WeChat identity belongs to another account."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "identity.already_taken"
    says: ClassVar[str] = "该登录名、手机号或微信号已被使用"


@dataclass(eq=False)
class BadSavedFilter(DomainError):
    """A filter that cannot be kept, or that is not the asker's."""

    code: ClassVar[str] = "identity.bad_saved_filter"
    says: ClassVar[str] = "无法保存筛选：{reason}"

    reason: str


@dataclass(eq=False)
class StepUpRequired(DomainError):
    """Money or the place it goes to is touched, and the last proof of the person is older than five minutes."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    code: ClassVar[str] = "identity.step_up_required"
    says: ClassVar[str] = "该操作需要再次验证身份（{named}），请验证后 5 分钟内重试"

    ways: tuple[str, ...]
    named: str


@dataclass(eq=False)
class WrongCode(DomainError):
    """One answer for wrong, used, late and never sent."""

    code: ClassVar[str] = "identity.wrong_code"
    says: ClassVar[str] = "验证码不正确或已失效，请重新获取"


@dataclass(eq=False)
class BadPhone(DomainError):
    """No mainland mobile number."""

    code: ClassVar[str] = "identity.bad_phone"
    says: ClassVar[str] = "请填写 11 位手机号"


@dataclass(eq=False)
class SmsUnavailable(DomainError):
    """No provider is configured, or it does not answer."""

    kind: ClassVar[Kind] = Kind.UNAVAILABLE
    code: ClassVar[str] = "identity.sms_unavailable"
    says: ClassVar[str] = "短信服务暂不可用，请稍后再试或用其他方式登录"
