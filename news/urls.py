"""Addresses of this app, below the language."""

from django.urls import path

from .feeds import NewsFeed

urlpatterns = [path("news/feed.atom", NewsFeed(), name="news_feed")]
