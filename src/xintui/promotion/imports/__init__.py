"""导入: turns other shops' order files into the files that settlement reads, so that no row disappears."""
