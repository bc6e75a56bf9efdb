"""商城: pages for a person with a phone. No script runs on them; the API serves everything else."""
