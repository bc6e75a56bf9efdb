"""Reading: courses and how far somebody is, papers and results, certificates, seats."""
