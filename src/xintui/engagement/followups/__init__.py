"""跟进任务 followups: what a promoter may do today for a customer of her own, by plans that operators write."""
