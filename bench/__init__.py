"""Benchmarks: figures that are measured side by side with a peer, and printed as a ratio."""
