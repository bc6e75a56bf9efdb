"""Every benchmark and proof by name: what it is, where it lives, and how much it does unless told otherwise."""

from typing import NamedTuple


class Entry(NamedTuple):
    """`run` is `module:function`, called with (seed, count)."""

    title: str
    run: str
    count: int


BENCHES = {
    "settle": Entry("整份 UCI Online Retail 结算", "bench.settle:run", 0),
    "postings": Entry("账本入账吞吐", "bench.postings:run", 6_000),
    "release": Entry("一次释放一百万行冻结佣金", "bench.release:run", 1_000_000),
    "holds": Entry("释放时有佣金核查中，与没有时相比", "bench.release:held", 1_000_000),
    "orders": Entry("HTTP 下单与支付回调", "bench.orders:run", 1_000),
    "lists": Entry("一百万订单时的列表", "bench.lists:run", 1_000_000),
    "graph": Entry("一千万条边的信用图谱", "bench.graph:run", 10_000_000),
    "warning": Entry("72 小时质量预警：留出数据上的查准与查全", "bench.warning:run", 0),
    "bands": Entry("保证金风险模型：真实卖家的留出期", "bench.bands:run", 0),
    "concentration": Entry("售后集中：埋入的查全与诚实世界的误报", "bench.concentration:run", 6),
    "cases": Entry("随机结算案例对独立对照", "bench.cases:run", 400),
    "screening": Entry("八十万推客任取三项筛选", "bench.screening:run", 800_000),
    "screening_ways": Entry("八十万推客的筛选：PostgreSQL 各种索引", "bench.screening:ways", 800_000),
    "credit": Entry("八十万推客的信用分重算", "bench.credit:run", 800_000),
}
PROOFS = {
    "F1": Entry("kill -9 下不丢不多", "bench.kills:run", 60),
    "F1n": Entry("反例：关闭同步提交必须丢", "bench.kills:negative", 12),
    "F3": Entry("回调重放、并发、乱序", "bench.deliveries:run", 20_000),
    "F4": Entry("并发提现恰为 ⌊余额/金额⌋", "bench.races:withdrawals", 1_000),
    "F5": Entry("并发之下不超卖不超退", "bench.races:limits", 5),
    "F10": Entry("超级用户篡改被发现，块被指明", "bench.tampering:run", 100),
    "F16": Entry("模型对照的随机程序", "bench.programs:run", 200),
}
ENTRIES = BENCHES | PROOFS
