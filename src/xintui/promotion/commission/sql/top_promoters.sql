SELECT promoter_id, net_fen, released_fen - clawed_back_fen AS commission_fen
  FROM commission_month WHERE books = 'shop' AND month = %(month)s
 ORDER BY net_fen DESC, promoter_id LIMIT %(limit)s
