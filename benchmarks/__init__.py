"""Measures hipexpert against stock experta and CLIPS. Not part of the tests; ``make bench`` runs it."""
