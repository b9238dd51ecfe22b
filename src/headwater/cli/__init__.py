"""Parse, call, print. Owns no rule."""
