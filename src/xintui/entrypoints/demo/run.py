"""`xintui demo`, step by step; every step says what it does and may be repeated."""

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import click

from xintui.entrypoints.demo.goods import PASSWORD, SHOPS
from xintui.entrypoints.ports import require_free
from xintui.entrypoints.progress import Bar, Steps
from xintui.entrypoints.terminal import ready, say_imported, say_settled
from xintui.infra import clock
from xintui.infra.home import home

DAYS: Final = 540
"""How long the demo shop has been open when the demo starts."""
BOOKS: Final = "online-retail"
AS_OF: Final = datetime.fromisoformat("2012-02-01T00:00:00+08:00")


ORDERS: Final = 20_000
CROWD: Final = 300


def demo(
    host: str,
    port: int,
    gateway_port: int,
    *,
    serve: Callable[..., None] | None,
    settle: bool,
    orders: int = ORDERS,
) -> None:
    """The whole demonstration."""
    started = clock.now()
    for wanted in (gateway_port, *([port] if serve is not None else [])):
        require_free(host, wanted)
    with _gateway(host, gateway_port) as gateway_url:
        os.environ |= {
            "XINTUI_PUBLIC_URL": f"http://{host}:{port}",
            "XINTUI_WECHATPAY_BASE": gateway_url,
            "XINTUI_WECHATPAY_DIR": str(home() / "gateway"),
            "XINTUI_ALIPAY_BASE": f"{gateway_url}/gateway.do",
            "XINTUI_ALIPAY_DIR": str(home() / "gateway" / "alipay"),
            "XINTUI_WECHAT_API": gateway_url,
        }
        click.echo("① 准备数据库（首次约十几秒）…")
        with ready(owner=True):
            if settle:
                _settle(home() / "demo" / "online-retail")
            _world(gateway_url, orders)
            click.echo(f"就绪，用时 {(clock.now() - started).total_seconds():.0f} 秒。")
            if serve is not None:
                _invite(host, port, gateway_url)
                serve(host, port, 1, worker=True)


def _settle(folder: Path) -> None:
    from xintui.promotion.imports import online_retail
    from xintui.promotion.imports.facade import Job
    from xintui.promotion.imports.facade import settle as run

    files, out = folder / "in", folder / "out"
    click.echo("② 导入 541,909 行真实发票（UCI Online Retail，CC BY 4.0，见 NOTICE）")
    with Bar("导入发票") as bar:
        say_imported(online_retail.convert(online_retail.SHIPPED, files, "hash:100", bar.at), files)
    click.echo("③ 结算：订单、退款 → 佣金、账本、月结单、凭证")
    job = Job(
        orders=files / "orders.csv",
        refunds=files / "refunds.csv",
        promoters=files / "promoters.csv",
        plan=files / "plan.json",
        out=out,
        as_of=AS_OF,
        books=BOOKS,
    )
    with Steps() as steps:
        done = run(job, steps.at)
    say_settled(done, out)


def _world(gateway_url: str, orders: int) -> None:
    from xintui.entrypoints.demo import world

    if world.exists():
        click.echo("④ 演示店铺已在，跳过载入")
        return
    click.echo(f"④ 载入演示店铺：一年半的经营，约 {orders:,} 笔订单（经由网关模拟器签名支付与回调）")
    began = clock.now()
    stages: dict[str, datetime] = {}
    with Bar("演示店铺") as bar:

        def say(what: str, done: int, total: int) -> None:
            stages.setdefault(what, clock.now())
            bar.step(what, done, total)

        made = world.build(gateway_url, now=began, days=DAYS, say=say, crowd=min(CROWD, orders), orders=orders)
    _say_made(made, (clock.now() - began).total_seconds())
    starts = [*stages.values(), clock.now()]
    took = [f"{what} {(starts[n + 1] - starts[n]).total_seconds():.0f} 秒" for n, what in enumerate(stages)]
    click.echo("  其中：" + " · ".join(took))


def _say_made(made: Mapping[str, int], seconds: float) -> None:
    click.echo(
        f"  {len(SHOPS)} 家商家 · {made['products']} 件商品 · {made['promoters']} 位推客 · {made['buyers']:,} 位买家"
    )
    click.echo(
        f"  {made['clicks']:,} 次点击 · {made['checkouts']:,} 次下单 · {made['orders']:,} 笔订单"
        f"（{made['paid_fen'] / 100:,.2f} 元）· {made['after_sales']:,} 笔售后 · {made['withdrawals']:,} 笔提现"
        f" · {made.get('reviews', 0):,} 条评价"
    )
    if planted := made.get("rings planted"):
        right, found = made["rings right"], made["rings found"]
        caught, people = made["ring people right"], made["ring people found"]
        click.echo(
            f"  信用图谱：植入团伙 {planted}，找回 {right}（召回率 {right / planted:.0%}），"
            f"列出 {found}（准确率 {right / max(found, 1):.0%}）"
        )
        click.echo(
            f"  按成员：召回率 {caught / made['ring people']:.0%}（{caught} / {made['ring people']}），"
            f"准确率 {caught / max(people, 1):.0%}（{caught} / {people}）"
        )
    if planted := made.get("clusters planted"):
        right, found = made["clusters right"], made["clusters found"]
        click.echo(
            f"  共用标识：植入 {planted}（另有一家人、一间宿舍作对照），找回 {right}（召回率 {right / planted:.0%}），"
            f"列出 {found}（准确率 {right / max(found, 1):.0%}）"
        )
    if made.get("gatherings planted"):
        verdict = "已发现" if made["gatherings found"] else "未发现"
        click.echo(f"  售后集中：埋入 1 处，{verdict}；待核查 {made['gatherings open']} 件")
    click.echo(f"  用时 {seconds:.0f} 秒，每笔订单 {1000 * seconds / max(1, made['orders']):.0f} 毫秒")
    if refused := {code: times for code, times in made.items() if code.startswith("refused ")}:
        click.echo("  规则拒绝：" + "、".join(f"{code[8:]} {times} 次" for code, times in refused.items()))


@contextlib.contextmanager
def _gateway(host: str, port: int) -> Iterator[str]:
    """The simulator beside us; its clock starts with the demo's story and arrives today with it."""
    from xintui.entrypoints.demo import apart
    from xintui.simulator import sms
    from xintui.simulator.keys import make_keys

    folder = home() / "gateway"
    keys = make_keys(folder)
    start = None if (folder / "state.json").exists() else (clock.now() - timedelta(days=DAYS + 1)).timestamp()
    with apart.gateway(folder, start, host, port) as url:
        os.environ |= {"XINTUI_WECHAT_APPID": keys.appid, "XINTUI_WECHAT_APPSECRET": keys.appsecret}
        os.environ |= {"XINTUI_WECHAT_OA_APPID": keys.oa_appid, "XINTUI_WECHAT_OA_APPSECRET": keys.oa_secret}
        os.environ |= {"XINTUI_WECHAT_OPEN": url}
        os.environ |= sms.account(keys) | {"XINTUI_SMS_API": url}
        yield url


def _invite(host: str, port: int, gateway_url: str) -> None:
    url = f"http://{host}:{port}"
    click.echo("")
    click.echo(f"  商城（买家）   {url}/            账号 buyer1 … buyer12")
    click.echo(f"  手机商城       {url}/m/          账号 buyer1 …、tuike1 …，或手机验证码")
    click.echo(f"  运营后台       {url}/ops/        账号 operator / finance / reviewer / auditor")
    click.echo(f"  商家后台       {url}/merchant/   账号 " + " / ".join(shop.login for shop in SHOPS))
    click.echo(f"  开放接口       {url}/api/v1/openapi.json")
    click.echo(f"  网关模拟器     {gateway_url}/    收银台、故障开关；短信见 /sim/sms?phone=手机号")
    click.echo("  推客账号       tuike1 … tuike5（接口与商城登录）")
    click.echo(f"  所有演示账号的密码：{PASSWORD}")
    click.echo("")
