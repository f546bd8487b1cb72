"""The hub: the service that receives, adds up and explains declarations."""
