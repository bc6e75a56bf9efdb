"""Accounts, who may do what, where they are logged in, and the trail of what they did."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now

from xintui.foundation.identity.contracts import ROLE_NAMES, Role

ROLES = [(role.value, ROLE_NAMES[role]) for role in Role]


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(login=username)


class User(AbstractBaseUser):
    """A person. What they may do is in `RoleGrant` only: there is no superuser flag to assign."""

    id = models.CharField("用户号", primary_key=True, max_length=32)
    login = models.CharField("登录名", max_length=64, null=True, blank=True)
    phone = models.CharField("手机号", max_length=20, null=True, blank=True)
    appid = models.CharField("小程序", max_length=32, blank=True, default="")
    openid = models.CharField("微信 openid", max_length=64, null=True, blank=True)
    unionid = models.CharField("微信 unionid", max_length=64, null=True, blank=True)
    display_name = models.CharField("名称", max_length=60)
    is_active = models.BooleanField("启用", default=True)
    permission_version = models.IntegerField("权限版本", default=1)
    totp_sealed = models.TextField("动态口令密钥（已加密）", blank=True, default="")
    totp_enrolled_at = models.DateTimeField("绑定动态口令时间", null=True, blank=True)
    totp_last_step = models.BigIntegerField("已用口令序号", default=0)
    created_at = models.DateTimeField("创建时间")

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        db_table = "identity_user"
        verbose_name = verbose_name_plural = "用户"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["login"], name="identity_login_once"),
            models.UniqueConstraint(fields=["phone"], name="identity_phone_once"),
            models.UniqueConstraint(fields=["appid", "openid"], name="identity_openid_once"),
            models.UniqueConstraint(fields=["unionid"], name="identity_unionid_once"),
        ]

    def __str__(self) -> str:
        return self.display_name

    def get_username(self) -> str:
        """Where Django and unfold want a name: who came by phone alone has no login."""
        return self.login or self.display_name

    @property
    def is_staff(self) -> bool:
        """Consoles decide by role (`ConsoleSite.has_permission`); Django's own flag opens nothing."""
        return False

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class RoleGrant(models.Model):
    id = models.CharField("编号", primary_key=True, max_length=32)
    user = models.ForeignKey(User, models.PROTECT, verbose_name="用户", related_name="grants")
    role = models.CharField("角色", max_length=24, choices=ROLES)
    merchant_id = models.CharField("商家", max_length=32, blank=True, default="")
    granted_by = models.CharField("授权人", max_length=32)
    granted_at = models.DateTimeField("授权时间")

    class Meta:
        db_table = "identity_role_grant"
        verbose_name = verbose_name_plural = "角色授权"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "role", "merchant_id"], name="identity_role_once"),
            models.CheckConstraint(
                condition=models.Q(role__startswith="merchant_") ^ models.Q(merchant_id=""),
                name="identity_merchant_roles_name_a_merchant",
            ),
        ]
        indexes: ClassVar = [models.Index("merchant_id", "role", name="identity_staff")]


class Device(models.Model):
    """A family of tokens: one login on one device."""

    id = models.CharField("编号", primary_key=True, max_length=32)
    user = models.ForeignKey(User, models.CASCADE, verbose_name="用户", related_name="devices")
    merchant_id = models.CharField("商家", max_length=32, blank=True, default="")
    personal = models.BooleanField("仅个人身份", default=False)
    name = models.CharField("设备", max_length=80, blank=True, default="")
    ip = models.CharField("登录地址", max_length=45, blank=True, default="")
    created_at = models.DateTimeField("登录时间")
    last_seen_at = models.DateTimeField("最近活动")
    proved_at = models.DateTimeField("最近验证身份", null=True, blank=True)
    revoked_at = models.DateTimeField("退出时间", null=True, blank=True)
    revoked_for = models.CharField("退出原因", max_length=24, blank=True, default="")

    class Meta:
        db_table = "identity_device"
        verbose_name = verbose_name_plural = "登录设备"
        indexes: ClassVar = [models.Index(fields=["user", "-created_at"], name="identity_devices_of")]


class Token(models.Model):
    """Only the hash of a token is kept: who reads this table can log in as nobody."""

    digest = models.BinaryField("摘要", primary_key=True)
    device = models.ForeignKey(Device, models.CASCADE, verbose_name="设备", related_name="tokens")
    refresh = models.BooleanField("刷新凭证")
    permission_version = models.IntegerField("权限版本")
    expires_at = models.DateTimeField("到期时间")
    used_at = models.DateTimeField("使用时间", null=True, blank=True)

    class Meta:
        db_table = "identity_token"
        verbose_name = verbose_name_plural = "登录凭证"
        indexes: ClassVar = [models.Index("expires_at", name="identity_token_end")]


class LoginCode(models.Model):
    """WeChat codes seen; the second time is a replay, whatever WeChat says."""

    digest = models.BinaryField("摘要", primary_key=True)
    seen_at = models.DateTimeField("首次使用")

    class Meta:
        db_table = "identity_login_code"
        verbose_name = verbose_name_plural = "已用登录码"


class WechatAccount(models.Model):
    """Who a person is to our Official Account; in the mini-program it is `User.appid` and `User.openid`."""

    id = models.BigAutoField("编号", primary_key=True)
    user = models.ForeignKey(User, models.CASCADE, verbose_name="用户", related_name="wechat_accounts")
    appid = models.CharField("公众号", max_length=32)
    openid = models.CharField("微信 openid", max_length=64)
    bound_at = models.DateTimeField("绑定时间")

    class Meta:
        db_table = "identity_wechat_account"
        verbose_name = verbose_name_plural = "公众号身份"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["appid", "openid"], name="identity_visitor_once"),
            models.UniqueConstraint(fields=["user", "appid"], name="identity_one_visitor_per_user"),
        ]
        indexes: ClassVar = [models.Index("openid", name="identity_app_of_openid")]


class WechatVisit(models.Model):
    """Somebody sent to WeChat and expected back: only with the state, and only in the browser that holds the ticket."""

    state_digest = models.BinaryField("状态摘要", primary_key=True)
    ticket_digest = models.BinaryField("浏览器凭据摘要")
    user_id = models.CharField("绑定到的用户", max_length=32, blank=True, default="")
    back_to = models.CharField("返回页面", max_length=200)
    expires_at = models.DateTimeField("失效时间")

    class Meta:
        db_table = "identity_wechat_visit"
        verbose_name = verbose_name_plural = "微信网页授权"
        indexes: ClassVar = [models.Index("expires_at", name="identity_visit_end")]


class PhoneCode(models.Model):
    """A one-time code sent by SMS. Number and code are kept as keyed hashes: this table logs nobody in."""

    id = models.BigAutoField("编号", primary_key=True)
    phone_digest = models.BinaryField("手机号摘要")
    purpose = models.CharField("用途", max_length=12)
    code_digest = models.BinaryField("验证码摘要")
    sent_at = models.DateTimeField("发送时间")
    expires_at = models.DateTimeField("失效时间")
    tries = models.SmallIntegerField("已试次数", default=0)
    used_at = models.DateTimeField("使用时间", null=True, blank=True)

    class Meta:
        db_table = "identity_phone_code"
        verbose_name = verbose_name_plural = "短信验证码"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(tries__gte=0, tries__lte=5), name="identity_code_tries"),
        ]
        indexes: ClassVar = [
            models.Index("phone_digest", "purpose", "id", name="identity_code_of"),
            models.Index("expires_at", name="identity_code_end"),
        ]


class SavedFilter(models.Model):
    """What somebody keeps of a console's list; `merchant_id` is the place they keep it in, "" the platform's."""

    id = models.CharField("编号", primary_key=True, max_length=32)
    user_id = models.CharField("用户", max_length=32)
    merchant_id = models.CharField("商家", max_length=32, blank=True, default="")
    page = models.CharField("列表", max_length=100)
    name = models.CharField("名称", max_length=20)
    query = models.TextField("条件")
    shared = models.BooleanField("共享", default=False)
    by_default = models.BooleanField("默认", default=False)
    created_at = models.DateTimeField("创建时间")

    class Meta:
        db_table = "identity_saved_filter"
        verbose_name = verbose_name_plural = "常用筛选"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user_id", "merchant_id", "page", "name"], name="identity_filter_once"),
            models.UniqueConstraint(
                fields=["user_id", "merchant_id", "page"],
                condition=models.Q(by_default=True),
                name="identity_one_default_filter",
            ),
        ]
        indexes: ClassVar = [models.Index("merchant_id", "page", name="identity_filters_of")]


class AuditEntry(models.Model):
    """Append-only by grant and by trigger (sql/guards.sql), written in the transaction of what it tells."""

    id = models.BigAutoField("编号", primary_key=True)
    at = models.DateTimeField("时间", db_default=Now())
    actor_id = models.CharField("操作人号", max_length=32)
    actor_name = models.CharField("操作人", max_length=60)
    action = models.CharField("操作", max_length=60)
    object_type = models.CharField("对象类型", max_length=40)
    object_id = models.CharField("对象编号", max_length=80)
    merchant_id = models.CharField("商家", max_length=32, blank=True, default="")
    before = models.JSONField("之前", default=dict)
    after = models.JSONField("之后", default=dict)
    reason = models.CharField("原因", max_length=500, blank=True, default="")
    ip = models.CharField("来源地址", max_length=45, blank=True, default="")

    class Meta:
        db_table = "identity_audit_entry"
        verbose_name = verbose_name_plural = "审计记录"
        indexes: ClassVar = [
            models.Index("object_type", "object_id", "id", name="identity_audit_object"),
            models.Index("actor_id", "id", name="identity_audit_actor"),
        ]
