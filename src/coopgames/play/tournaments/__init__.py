"""Contests of many strategies, and fingerprints of one."""
