-- What one bill and our rows disagree about. A number that the gateway dates to another day is looked up wherever it
-- lies, so that midnight makes no difference of its own.
WITH line AS (
  SELECT kind, number, amount_fen, state, count(*) OVER (PARTITION BY kind, number) AS copies,
         row_number() OVER (PARTITION BY kind, number ORDER BY id) AS nth
    FROM payments_bill_line
   WHERE bill_id = %(bill)s
), ours AS (
  SELECT 'payment' AS kind, p.id AS number, p.amount_fen, p.state
    FROM payments_payment p JOIN line l ON l.kind = 'payment' AND l.number = p.id AND l.nth = 1
   WHERE p.psp = %(psp)s
  UNION ALL
  SELECT 'refund', r.id, r.amount_fen, r.state
    FROM payments_refund r JOIN line l ON l.kind = 'refund' AND l.number = r.id AND l.nth = 1
    JOIN payments_payment p ON p.id = r.payment_id
   WHERE p.psp = %(psp)s
)
SELECT 'missing_here' AS kind, l.kind AS subject_kind, l.number, NULL::bigint AS ours_fen, l.amount_fen AS theirs_fen,
       '渠道账单有此单，平台没有' AS detail
  FROM line l LEFT JOIN ours o USING (kind, number)
 WHERE o.number IS NULL AND l.nth = 1
UNION ALL
SELECT 'amount', l.kind, l.number, o.amount_fen, l.amount_fen, '金额不一致'
  FROM line l JOIN ours o USING (kind, number)
 WHERE l.nth = 1 AND l.amount_fen <> o.amount_fen
UNION ALL
SELECT 'amount', l.kind, l.number, o.amount_fen, o.amount_fen * l.copies, '账单中出现 ' || l.copies || ' 次'
  FROM line l JOIN ours o USING (kind, number)
 WHERE l.nth = 1 AND l.copies > 1 AND l.amount_fen = o.amount_fen
UNION ALL
SELECT 'state', l.kind, l.number, o.amount_fen, l.amount_fen, '平台状态 ' || o.state || '，渠道状态 ' || l.state
  FROM line l JOIN ours o USING (kind, number)
 WHERE l.nth = 1
   AND CASE l.kind || ' ' || l.state
         WHEN 'payment SUCCESS' THEN o.state <> 'captured'
         WHEN 'refund SUCCESS' THEN o.state <> 'succeeded'
         WHEN 'refund FAIL' THEN o.state NOT IN ('failed', 'processing')
         WHEN 'refund CHANGE' THEN o.state NOT IN ('abnormal', 'succeeded')
         WHEN 'refund PROCESSING' THEN o.state NOT IN ('created', 'unknown', 'processing', 'succeeded')
         ELSE true
       END
UNION ALL
SELECT 'missing_there', 'payment', p.id, p.captured_fen, NULL, '平台已支付，渠道账单没有'
  FROM payments_payment p
 WHERE p.state = 'captured' AND p.paid_at >= %(start)s AND p.paid_at < %(end)s AND p.psp = %(psp)s
   AND NOT EXISTS (SELECT FROM payments_bill_line l WHERE l.kind = 'payment' AND l.number = p.id)
UNION ALL
SELECT 'missing_there', 'refund', r.id, r.amount_fen, NULL, '平台已退款，渠道账单没有'
  FROM payments_refund r JOIN payments_payment p ON p.id = r.payment_id
 WHERE p.psp = %(psp)s AND r.state IN ('processing', 'succeeded', 'abnormal')
   AND coalesce(r.accepted_at, r.created_at) >= %(start)s AND coalesce(r.accepted_at, r.created_at) < %(end)s
   AND NOT EXISTS (SELECT FROM payments_bill_line l WHERE l.kind = 'refund' AND l.number = r.id)
