"""佣金: what a promoter earns on net sales, exact to the fen in any order of events."""
