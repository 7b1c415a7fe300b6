"""The rounds over a real SQLite store, with fake ports where a server would stand."""
