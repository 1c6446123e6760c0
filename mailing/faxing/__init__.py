"""Lines that faxes go by: one interface, a module for each kind of line."""
