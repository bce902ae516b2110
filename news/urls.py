"""Addresses of this app, below the language."""

from django.urls import path

from .feeds import news_feed

urlpatterns = [path("news/feed.atom", news_feed, name="news_feed")]
