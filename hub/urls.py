"""Addresses of this app, below the language."""

from django.urls import path

from .feeds import HubFeed

urlpatterns = [path("hubs/<str:slug>/feed.atom", HubFeed(), name="hub_feed")]
