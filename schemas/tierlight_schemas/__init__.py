"""Tierlight's standard: documents, signing, checks and the reference roll-up."""
