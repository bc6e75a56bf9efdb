"""The graph of a large platform as one batch: trust of everybody, every ring, every cluster; beside bare products."""

import resource
import time
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_matrix

from bench import sharing
from bench.figures import Bench, Figure
from xintui.trust.graph.rules.adjacency import Pairs, adjacency, weights
from xintui.trust.graph.rules.rings import Facts, Ring, rings
from xintui.trust.graph.rules.sharing import Cluster, Shares, Terms, clusters
from xintui.trust.graph.rules.terms import BUYER, MERCHANT, PROMOTER, STEPS
from xintui.trust.graph.rules.trust import Trust, trust_scores

BUYERS, PROMOTERS, MERCHANTS = 4_000_000, 800_000, 100_000
"""For 10,000,000 edges; fewer edges make a smaller platform of the same shape."""
EDGES = 10_000_000
SKEW = 2.2
RINGS, RING_BUYERS, RING_PROMOTERS = 200, 8, 3
SECONDS, GIGABYTES = 15.0, 6.0


def run(seed: int, count: int) -> Iterator[Figure]:
    bench = Bench("graph", seed)
    small = _platform(seed, 20_000)[:3]
    _batch(*small, *sharing.platform(seed, small[1].kind)[:2])  # compiled once, as any later start finds it
    pairs, facts, seeds, planted = _platform(seed, count)
    shares, terms, sharers = sharing.platform(seed, facts.kind)
    edges, nodes = len(pairs.left), len(seeds)
    began, cpu = time.perf_counter(), time.process_time()
    trust, found, shared, steps = _batch(pairs, facts, seeds, shares, terms)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    floor = _floor(pairs, nodes)
    yield bench.plain("节点", nodes, "", edges)
    yield bench.plain("标识（人 × 标识）", len(shares.mark), "", edges)
    for name, took in steps.items():
        yield bench.plain(name, took, "s", edges)
    walk = steps["信任传播"]
    yield bench.beside(f"信任传播 对 {STEPS} 次 scipy 矩阵乘向量", walk, "s", edges, floor=floor)
    yield bench.plain(
        "整批（建图、评分、团伙、共用标识）", seconds, "s", edges, aim=f"≤ {SECONDS:g} s", met=seconds <= SECONDS
    )
    yield bench.plain("整批处理器时间", cpu, "s", edges)
    yield bench.plain("内存峰值", peak, "GB", edges, aim=f"≤ {GIGABYTES:g} GB", met=peak <= GIGABYTES)
    members = [frozenset(ring.members) for ring in found]
    right = sum(1 for ring in members if ring in planted)
    yield bench.count("植入的团伙", len(planted), edges)
    yield bench.count("完整找到", right, edges, least=len(planted) * 95 // 100)
    yield bench.count("误报", len(members) - right, edges)
    groups = {one.members for one in shared}
    yield bench.count("植入的共用标识团伙", len(sharers), edges)
    yield bench.count("其中完整找到", len(groups & sharers), edges, least=len(sharers) * 95 // 100)
    yield bench.count("其余列出（住在一起又共用手机、互相代付的人家）", len(groups - sharers), edges)
    yield bench.count("信任到达的节点", int(np.count_nonzero(trust.reach)), edges)


def _batch(
    pairs: Pairs, facts: Facts, seeds: np.ndarray, shares: Shares, terms: Terms
) -> tuple[Trust, list[Ring], list[Cluster], dict[str, float]]:
    at = [time.perf_counter()]
    near = adjacency(len(seeds), pairs)
    at.append(time.perf_counter())
    trust = trust_scores(near, pairs, seeds)
    at.append(time.perf_counter())
    found = rings(near, pairs, facts, trust)
    at.append(time.perf_counter())
    shared = clusters(shares, terms)
    at.append(time.perf_counter())
    took = [after - before for before, after in pairwise(at)]
    return trust, found, shared, dict(zip(("建图", "信任传播", "团伙", "共用标识"), took, strict=True))


def _floor(pairs: Pairs, nodes: int) -> float:
    """The same non-zeros and steps as bare float64 products, the matrix built beforehand."""
    weight = weights(pairs.orders).astype(np.float64)
    ends = (np.concatenate([pairs.left, pairs.right]), np.concatenate([pairs.right, pairs.left]))
    matrix = csr_matrix((np.concatenate([weight, weight]), ends), (nodes, nodes))
    vector = np.ones(nodes)
    began = time.perf_counter()
    for _ in range(STEPS):
        vector = matrix @ vector
        vector /= vector.max()
    return time.perf_counter() - began


def _platform(seed: int, edges: int) -> tuple[Pairs, Facts, np.ndarray, set[frozenset[int]]]:
    """Few sell a lot and many a little; rings lie among them, each behind a shop that everybody knows."""
    random, share = np.random.default_rng(seed), edges / EDGES
    buyers, promoters, merchants = (max(int(many * share), 100) for many in (BUYERS, PROMOTERS, MERCHANTS))
    kinds = (buyers, promoters, merchants)
    kind = np.repeat(np.array([BUYER, PROMOTER, MERCHANT], np.int8), kinds)
    through, alone = edges * 6 // 10, edges * 3 // 10
    sells = edges - through - alone
    seller, shop = buyers, buyers + promoters

    def popular(first: int, many: int, draws: int) -> np.ndarray:
        drawn: np.ndarray = first + (many * random.random(draws) ** SKEW).astype(np.int64)
        return drawn

    left = [random.integers(0, buyers, through), random.integers(0, buyers, alone), popular(seller, promoters, sells)]
    right = [popular(seller, promoters, through), popular(shop, merchants, alone), popular(shop, merchants, sells)]
    keys = np.unique(np.concatenate(left) * (shop + merchants) + np.concatenate(right))
    orders = random.geometric(0.5, len(keys))
    ends = (keys // (shop + merchants), keys % (shop + merchants))
    ring_kind, ring_left, ring_right, planted = _planted(len(kind), shop, max(int(RINGS * share), 2))
    pairs = Pairs(
        np.concatenate([ends[0], ring_left]),
        np.concatenate([ends[1], ring_right]),
        np.concatenate([orders, np.full(len(ring_left), 4)]).astype(np.int64),
    )
    seeds = np.zeros(len(kind) + len(ring_kind), bool)
    seeds[:buyers:50] = True
    seeds[shop : shop + merchants : 3] = True
    return pairs, Facts(np.concatenate([kind, ring_kind]), pairs.orders * 5_000), seeds, planted


def _planted(first: int, shop: int, many: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, set[frozenset[int]]]:
    size = RING_BUYERS + RING_PROMOTERS
    left, right, planted = [], [], set()
    for ring in range(many):
        members = range(first + ring * size, first + (ring + 1) * size)
        planted.add(frozenset(members))
        for promoter in members[RING_BUYERS:]:
            left += [*members[:RING_BUYERS], promoter]
            right += [promoter] * RING_BUYERS + [shop + ring]
    kind = np.tile(np.repeat(np.array([BUYER, PROMOTER], np.int8), (RING_BUYERS, RING_PROMOTERS)), many)
    return kind, np.array(left, np.int64), np.array(right, np.int64), planted
