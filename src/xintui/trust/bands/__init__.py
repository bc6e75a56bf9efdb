"""风险档 bands: how likely somebody is to cause a loss, by a model trained here; until then a rule table."""
