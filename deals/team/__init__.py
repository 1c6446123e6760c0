"""Who is free: who can do it (`candidates`), when they have time (`slots`), and the grid of a day and a week (`grid`)."""
