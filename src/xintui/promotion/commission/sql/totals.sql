SELECT l.*, m.*, a.*, coalesce(r.refunds, 0) AS refunds, coalesce(w.withdrawn_fen, 0) AS withdrawn_fen
  FROM (SELECT coalesce(sum(lines) FILTER (WHERE promoter_id <> ''), 0)::bigint AS lines,
               count(*) FILTER (WHERE promoter_id <> '') AS promoters,
               coalesce(sum(paid_fen), 0)::bigint AS paid_fen, coalesce(sum(refunded_fen), 0)::bigint AS refunded_fen,
               coalesce(sum(commission_fen), 0)::bigint AS commission_fen
          FROM (SELECT promoter_id, count(*) AS lines, sum(paid_fen) AS paid_fen, sum(refunded_fen) AS refunded_fen,
                       sum(commission_target(paid_fen - refunded_fen, rate_bp, cap_fen)) AS commission_fen
                  FROM commission_line WHERE books = %(books)s GROUP BY 1) p) l,
       (SELECT coalesce(sum(released_fen), 0)::bigint AS released_fen,
               coalesce(sum(clawed_back_fen), 0)::bigint AS clawed_back_fen, coalesce(sum(bonus_fen), 0)::bigint AS bonus_fen
          FROM commission_month WHERE books = %(books)s) m,
       (SELECT coalesce(sum(posted_fen) FILTER (WHERE code LIKE 'promoter.pending:%%'), 0)::bigint AS pending_fen,
               coalesce(sum(posted_fen) FILTER (WHERE code LIKE 'promoter.due:%%'), 0)::bigint AS due_fen,
               coalesce(sum(posted_fen) FILTER (WHERE code LIKE 'promoter.debt:%%'), 0)::bigint AS debt_fen
          FROM ledger_facts WHERE ledger = %(books)s) a,
       (SELECT count(*) AS refunds FROM commission_refund WHERE books = %(books)s) r,
       (SELECT sum(amount_fen)::bigint AS withdrawn_fen FROM commission_withdrawal WHERE books = %(books)s) w
