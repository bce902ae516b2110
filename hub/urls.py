"""Addresses of this app, below the language."""

from django.urls import path, re_path

from . import views
from .feeds import hub_feed, theme_feed

urlpatterns = [
    path("hubs/<str:slug>/feed.atom", hub_feed, name="hub_feed"),
    path("themes/", views.themes, name="themes"),
    path("themes/<str:slug>/", views.theme, name="theme"),
    path("themes/<str:slug>/feed.atom", theme_feed, name="theme_feed"),
    path("people/", views.a_to_z, {"kind": "person"}, name="people"),
    path("people/<str:slug>/", views.person, name="person"),
    path("organisations/", views.a_to_z, {"kind": "organisation"}, name="organisations"),
    path("organisations/<str:slug>/", views.organisation, name="organisation"),
    path("a-z/", views.a_to_z, name="a_to_z"),
]

# Beside the page itself.
urlpatterns += [path("<str:index>/<str:slug>/cite.<str:form>", views.cite, name="cite")]

# Wagtail's pattern for pages without its log-in pages. To be included after everything else, before Wagtail's own.
page_urlpatterns = [re_path(r"^(?!_util/)((?:[\w\-]+/)*)$", views.page, name="page")]
