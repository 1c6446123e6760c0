"""Changing many cards at once: what may be changed so (`ways`), what came of it (`results`), and the work (`running`)."""
