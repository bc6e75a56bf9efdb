"""投诉与纠纷 disputes: a buyer's complaint, evidence of both sides, a ruling by rule or by a person; paid first."""
