"""Measures, loading with file and line, `law(on, known)`, gaps. Reads only the package's own data and `--regime DIR`."""
