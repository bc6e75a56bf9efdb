-- What the sweeps of the last days released, by day of the sweep.
SELECT commission_day(until) AS day, sum(lines)::bigint AS lines, sum(fen)::bigint AS fen
  FROM commission_sweep WHERE books = 'shop' AND until >= %(since)s GROUP BY 1 ORDER BY 1
