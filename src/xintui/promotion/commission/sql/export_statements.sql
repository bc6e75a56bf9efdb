SELECT promoter_id, month, lines, net_fen, released_fen - clawed_back_fen AS commission_fen, bonus_fen, released_fen,
       clawed_back_fen
  FROM commission_month WHERE books = %(books)s AND lines > 0
 ORDER BY promoter_id, month
