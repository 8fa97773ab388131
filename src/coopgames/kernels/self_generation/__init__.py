"""Equilibrium payoffs of repeated games of two players as polygons that generate themselves."""
