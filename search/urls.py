"""Addresses of this app, below the language."""

from django.urls import path

from .feeds import opensearch, search_calendar, search_feed
from .places import place, places
from .suggestions import completions, suggest
from .views import results

urlpatterns = [
    path("search/", results, name="search"),
    path("search/suggest", suggest, name="suggest"),
    path("search/completions", completions, name="completions"),
    path("search/feed.atom", search_feed, name="search_feed"),
    path("search/calendar.ics", search_calendar, name="search_calendar"),
    path("places/", places, name="places"),
    path("places/<str:slug>/", place, name="place"),
    path("search/opensearch.xml", opensearch, name="opensearch"),
]
