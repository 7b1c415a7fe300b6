"""The tests of Duly."""
