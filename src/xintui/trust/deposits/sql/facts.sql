-- What other modules' statements may read about deposits: the one a holder has now, and how much of it is there (the
-- ledger says). One that is being taken back is none: that costs nobody anything.
CREATE VIEW deposits_facts WITH (security_invoker = true) AS
SELECT d.holder_kind, d.holder_id, d.risk_class, d.band, d.target_fen, coalesce(a.posted_fen, 0) AS paid_fen
  FROM deposits_deposit d
  LEFT JOIN ledger_facts a
    ON a.id = ledger_id('shop', d.holder_kind || '.deposit:' || d.holder_id || '@CNY')
 WHERE d.state = 'open';

REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON deposits_facts FROM xintui_app;
