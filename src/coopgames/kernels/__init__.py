"""Layer 1: arrays in, arrays out; no objects of the domain."""
