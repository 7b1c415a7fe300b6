"""Bytes to facts: foreign mail in, plain values out. No look-ups, clock or network.

Never raises on foreign bytes: what cannot be read becomes a `Defect`. Linear in the input.
"""
