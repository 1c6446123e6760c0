"""People's time: who can do it (`candidates`), who is free when (`slots`, `grid`), how full it is and how many people
the stages need (`loading`, `load`).
"""
