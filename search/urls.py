"""Addresses of this app, below the language."""

from django.urls import path

from .views import results

urlpatterns = [path("search/", results, name="search")]
