"""The demonstration's world: servers, an accounting system, customers and a rep.

Everything around the product is simulated here, nothing of the product is. `serve` never
imports it.
"""
