"""Asking a supplier for a part's footprint, from the question to the accepted answer."""
