"""Addresses of this app, below the language."""

from django.urls import path

from .feeds import SearchFeed, opensearch, search_calendar
from .places import place, places
from .suggestions import completions, suggest
from .views import results

urlpatterns = [
    path("search/", results, name="search"),
    path("search/suggest", suggest, name="suggest"),
    path("search/completions", completions, name="completions"),
    path("search/feed.atom", SearchFeed(), name="search_feed"),
    path("search/calendar.ics", search_calendar, name="search_calendar"),
    path("places/", places, name="places"),
    path("places/<str:slug>/", place, name="place"),
    path("search/opensearch.xml", opensearch, name="opensearch"),
]
