"""Measures, their files read with file and line, law(on, known), gaps. Pure: bytes in, law out."""
