"""Supply chains that are healthy by construction, defects planted into them, and what is found."""
