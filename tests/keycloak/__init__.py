"""Logging in by OpenID Connect, with a real Keycloak."""
