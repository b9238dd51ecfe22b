"""Text, number or structure -> substance, with field, span in the original, method and score. Pure; no file, no network."""
