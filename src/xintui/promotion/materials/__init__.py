"""素材 materials: what promoters may show and say, approved by four eyes, version by version, and what it brought."""
