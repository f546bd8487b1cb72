"""Tierlight's client for suppliers' systems."""
