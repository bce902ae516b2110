"""Addresses of this app, below the language."""

from django.urls import path, re_path

from . import views
from .feeds import HubFeed

urlpatterns = [
    path("hubs/<str:slug>/feed.atom", HubFeed(), name="hub_feed"),
    path("themes/", views.themes, name="themes"),
    path("themes/<str:slug>/", views.theme, name="theme"),
]

# Wagtail's pattern for pages without its log-in pages. To be included after everything else, before Wagtail's own.
page_urlpatterns = [re_path(r"^(?!_util/)((?:[\w\-]+/)*)$", views.page, name="page")]
