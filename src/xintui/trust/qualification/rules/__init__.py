"""The judgement: the form of numbers, a certificate's life, what a class still lacks."""
