-- The platform's own plan needs a second person. NOT VALID: what one person published before this rule stays as it was.
ALTER TABLE commission_draft ADD CONSTRAINT commission_draft_four_eyes CHECK (
  NOT (state = 'published' AND merchant_id = '' AND decided_by = created_by)
) NOT VALID;
