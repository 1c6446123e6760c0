"""Loading lists: a file becomes a table, columns become fields, cells become values, rows become cards.

`reading` (with `encodings` and `workbooks`) opens the file, `guessing` maps its columns, `converting` turns a row into a
draft or says why not, `engine` decides and writes chunk by chunk, `mending` gives refused rows back.
Before it `checking` (with `tracing`) finds rows that look known and `deciding` keeps what becomes of them; after it
`reverting` takes an import back. `running` does all of it in shifts, `remembering` keeps what columns mean. The page and
`manage.py import_clients` are two doors to the same engine.
"""
