-- What became of each template's messages in a stretch of days.
SELECT code, sum(made)::int AS made, sum(shown)::int AS shown, sum(opened)::int AS opened, sum(sent)::int AS sent,
       sum(refused)::int AS refused, sum(failed)::int AS failed, sum(unknown)::int AS unknown,
       sum(opened_there)::int AS opened_there
  FROM notifications_tally WHERE day BETWEEN %(since)s AND %(until)s GROUP BY code ORDER BY made DESC, code
