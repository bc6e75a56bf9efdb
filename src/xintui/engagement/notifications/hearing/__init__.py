"""What happened elsewhere, as what somebody is told of it. Every handler may hear the same event twice."""
