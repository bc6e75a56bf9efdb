-- For whom a plan has something today, before anybody is asked whether they may still promote.
SELECT DISTINCT promoter_id FROM followups_due(%(trigger)s, %(since)s, %(until)s)
