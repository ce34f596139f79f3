"""Finding stored quotes: by words, speaker, date, outlet and kind, with counts and highlights."""
