"""Addresses of this app, below the language."""

from django.urls import path

from . import views
from .feeds import events_feed

urlpatterns = [
    path("events/feed.atom", events_feed, name="events_feed"),
    path("events/calendar.ics", views.all_events, name="events_calendar"),
    path("hubs/<str:slug>/calendar.ics", views.events_of_hub, name="hub_calendar"),
    path("themes/<str:slug>/calendar.ics", views.events_of_theme, name="theme_calendar"),
    path("events/<str:slug>/event.ics", views.one_event, name="event_calendar"),
]
