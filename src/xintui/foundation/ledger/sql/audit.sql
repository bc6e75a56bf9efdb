-- The auditor: what the moves say against what the rows say (rules R16, R21). No rows: nothing is wrong.
WITH legs AS (
  SELECT debit_id AS id, -fen AS delta, tx FROM ledger_move
  UNION ALL SELECT credit_id, fen, tx FROM ledger_move
), sums AS (
  SELECT l.id, sum(l.delta) AS delta, sum(l.delta) FILTER (WHERE l.tx < f.watermark) AS folded
    FROM legs l CROSS JOIN ledger_fold f GROUP BY l.id
), held AS (
  SELECT account_id AS id, sum(fen) AS fen FROM ledger_hold WHERE state = 'pending' GROUP BY account_id
)
SELECT 'balance' AS "check", a.code AS subject,
       format('账户行 %%s，分录合计 %%s', a.posted_fen,
              a.normal * coalesce(CASE WHEN a.floor_fen IS NULL THEN s.folded ELSE s.delta END, 0)) AS detail
  FROM ledger_account a LEFT JOIN sums s USING (id)
 WHERE a.posted_fen <> a.normal * coalesce(CASE WHEN a.floor_fen IS NULL THEN s.folded ELSE s.delta END, 0)
UNION ALL
SELECT 'account', s.id::text, '分录指向不存在的账户' FROM sums s LEFT JOIN ledger_account a USING (id) WHERE a.id IS NULL
UNION ALL
SELECT 'held', a.code, format('账户行冻结 %%s，冻结合计 %%s', a.held_fen, coalesce(h.fen, 0))
  FROM ledger_account a LEFT JOIN held h USING (id) WHERE a.held_fen <> coalesce(h.fen, 0)
UNION ALL
SELECT 'floor', a.code, format('余额 %%s，冻结 %%s，低于下限', a.posted_fen, a.held_fen)
  FROM ledger_account a WHERE a.floor_fen IS NOT NULL AND a.posted_fen - a.held_fen < a.floor_fen
UNION ALL
SELECT 'reason', min(m.reason), '事由与编号不符' FROM ledger_move m
 WHERE m.reason_id <> ledger_id(m.ledger, m.reason) GROUP BY m.reason_id
UNION ALL
SELECT 'sequence', min(m.reason), '分录序号不连续' FROM ledger_move m
 GROUP BY m.reason_id HAVING count(*) <> max(m.seq) + 1
UNION ALL
SELECT 'closed', c.ledger || ' ' || c.day,
       format('关账时 %%s 笔 %%s 分，现有 %%s 笔 %%s 分', c.moves, c.moved_fen, count(m.reason_id), coalesce(sum(m.fen), 0))
  FROM ledger_close c LEFT JOIN ledger_move m ON m.ledger = c.ledger AND m.on_date = c.day
 GROUP BY c.ledger, c.day, c.moves, c.moved_fen
HAVING (c.moves, c.moved_fen) IS DISTINCT FROM (count(m.reason_id), coalesce(sum(m.fen), 0)::bigint)
UNION ALL
SELECT 'chart', a.code, '科目方向、下限或编号与科目表不符'
  FROM ledger_account a LEFT JOIN ledger_kind k ON k.kind = split_part(a.code, ':', 1)
 WHERE (a.id, a.normal, a.floor_fen) IS DISTINCT FROM (ledger_id(a.ledger, a.code), k.normal, k.floor_fen)
