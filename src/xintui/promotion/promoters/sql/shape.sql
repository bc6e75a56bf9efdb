-- Depth and sponsor follow the sponsor's own row, and none of the three can be changed afterwards:
-- with `depth = sponsor_depth + 1` that makes a cycle impossible by construction (T-14, P-07).
ALTER TABLE promoters_promoter
  ADD CONSTRAINT promoters_sponsor_exists
  FOREIGN KEY (sponsor_id, sponsor_depth) REFERENCES promoters_promoter (id, depth);
REVOKE UPDATE, DELETE ON promoters_promoter FROM xintui_app;
GRANT UPDATE (state, step, kind, level, display_name, reason, submitted_at, joined_at) ON promoters_promoter TO xintui_app;
REVOKE UPDATE, DELETE ON promoters_payee, promoters_event, promoters_level_change, promoters_policy FROM xintui_app;
