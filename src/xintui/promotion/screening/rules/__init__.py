"""Judgement: what a filter means, how a page is found among columns, an invitation's life."""
