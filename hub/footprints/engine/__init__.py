"""Whole portfolios in float64: compiled bills of materials and the passes over them."""
