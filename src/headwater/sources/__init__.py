"""Where measures come from: the bundled files and a user's own. Reads bytes, hashes them, hands them to `regime.build`."""
