"""The encrypted database: the only place that speaks SQL. Rows in, rows out; what they mean is decided above."""
