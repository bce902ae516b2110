"""Addresses of this app, below the language."""

urlpatterns: list = []
