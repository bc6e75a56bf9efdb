"""账号与角色: who someone is, what they may do, and how they prove it."""
