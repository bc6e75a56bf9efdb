-- What was heard of each subject in a stretch of time, by indicator: how often, what spoke for and what against it, the
-- total. What was made void by the end of the stretch takes away what it undid. `missing`: only where at least so much
-- of the total is not good.
SELECT subject_id, indicator, sum(sign)::bigint AS times, sum(sign * greatest(sign * good, 0))::bigint AS good,
       sum(sign * greatest(sign * -good, 0))::bigint AS bad, sum(total)::bigint AS total
  FROM (SELECT s.subject_id, s.indicator, s.good, s.total,
               CASE WHEN s.key LIKE 'void/%%' THEN -1 ELSE 1 END AS sign
          FROM credit_signal s JOIN credit_subject k ON k.id = s.subject_id
         WHERE k.kind = %(kind)s AND s.at >= %(since)s AND s.at < %(until)s
           AND (%(indicators)s::text[] IS NULL OR s.indicator = ANY (%(indicators)s::text[]))
           AND (%(subjects)s::text[] IS NULL OR s.subject_id = ANY (%(subjects)s::text[]))) heard
 GROUP BY 1, 2
HAVING %(missing)s::bigint IS NULL OR sum(total) - sum(sign * greatest(sign * good, 0)) >= %(missing)s::bigint
