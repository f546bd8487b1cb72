"""The web pages, mounted by `hub.main`."""
