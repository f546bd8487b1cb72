"""People who sign in with an account at an identity provider (OpenID Connect Core 1.0)."""
