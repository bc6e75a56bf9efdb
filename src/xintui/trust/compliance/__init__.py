"""合规: what the law and WeChat's rules forbid, found before it is published, with the article that says so."""
