-- For how many days each subject is here: (which, 0, days, 0).
SELECT s.n, 0, %(today)s::date - k.since, 0
  FROM unnest(%(subjects)s::text[]) WITH ORDINALITY AS s (id, n) JOIN credit_subject k ON k.id = s.id
