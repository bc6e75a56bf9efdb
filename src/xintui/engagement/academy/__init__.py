"""推客成长学院 academy: what a promoter should know, read, examined and certified, and the seats of its trainings."""
