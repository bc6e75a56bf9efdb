"""申诉 appeals: a person's word against an automatic decision, and the human who answers it."""
