"""The whole company in one file, and back: `manage.py backup` and `manage.py restore` (decision 0013)."""
