"""Decisions and measures for people: tables in the terminal, a self-contained HTML page. Read only."""
