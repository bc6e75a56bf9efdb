"""资质 qualification: who must hold which licence; judged by rule where one can, else by people."""
