"""Papers: what they are filled with, how their blocks are drawn, how they become PDF."""
