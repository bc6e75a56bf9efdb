"""Materials for promoters, for shops and for the platform's desk."""
