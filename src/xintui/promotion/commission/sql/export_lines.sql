SELECT order_id, line_id, promoter_id, nullif(rule_id, '') AS rule_id, paid_fen, refunded_fen, paid_fen - refunded_fen AS base_fen,
       commission_target(paid_fen - refunded_fen, rate_bp, cap_fen) AS commission_fen,
       CASE WHEN paid_fen = refunded_fen THEN 'void' WHEN release_at > %(as_of)s THEN 'pending' ELSE 'due' END AS state,
       to_char(commission_wall(release_at), 'YYYY-MM-DD"T"HH24:MI:SS"+08:00"') AS release_at
  FROM commission_line WHERE books = %(books)s AND promoter_id <> ''
 ORDER BY order_id, line_id
