"""What is inconsistent in a site's own energy: claims, serials, and shares."""
