"""推客: who may promote, since when and through whom."""
