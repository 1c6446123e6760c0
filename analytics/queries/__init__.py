"""Questions that anyone can ask of the base without a programmer: a catalogue of what may be asked, and the asking."""
