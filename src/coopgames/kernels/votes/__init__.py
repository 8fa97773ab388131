"""Votes: laws of sums of ballots."""
