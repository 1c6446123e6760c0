"""Reports as people read them: each module makes sheets of the rows that the pure functions count."""
