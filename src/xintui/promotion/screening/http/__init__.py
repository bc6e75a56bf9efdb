"""The API: a shop finds and invites, a promoter decides what is seen and answers."""
