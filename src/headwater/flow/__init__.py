"""Tables in, decisions out: reading, column mapping, rejects, engine, resume, writing. Does I/O and owns no rule."""
