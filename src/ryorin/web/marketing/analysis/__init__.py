"""Pages of customer analysis: RFM, cohorts, lifetime value, groups, what goes together, and the people behind each."""
