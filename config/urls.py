"""Addresses: what has no language first, then everything else under its language."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.urls import pages as wagtailadmin_pages_urls
from wagtail.documents.views.serve import authenticate_with_password as authenticate_for_document
from wagtail.views import authenticate_with_password as authenticate_for_page

from accounts.urls import log_in
from hub.contact import security_txt
from hub.health import healthz
from hub.limits import limited
from hub.media import document, media
from hub.patterns import patterns
from hub.share_pictures import share_picture
from hub.sitemaps import news_sitemap, robots, sitemap, sitemap_index
from hub.transactions import make_whole
from hub.urls import page_urlpatterns
from hub.views import PictureView
from search.health import readyz

make_whole(wagtailadmin_pages_urls.urlpatterns)

urlpatterns = [
    path("healthz", healthz),
    path("robots.txt", robots),
    path(".well-known/security.txt", security_txt),
    path("sitemap.xml", sitemap_index),
    path("sitemaps/news.xml", news_sitemap, name="news_sitemap"),
    path("sitemaps/<str:language>-<int:part>.xml", sitemap, name="sitemap"),
    path("readyz", readyz),
    path("admin/", include("accounts.urls")),
    path("admin/", include(wagtailadmin_urls)),
    re_path(r"^documents/(\d+)/(.*)$", document, name="wagtaildocs_serve"),
    path(
        "documents/authenticate_with_password/<int:restriction_id>/",
        limited("PASSWORDS_PER_MINUTE", methods=("POST",))(authenticate_for_document),
        name="wagtaildocs_authenticate_with_password",
    ),
    path("media/<path:path>", media),
    path("share/<str:signed>.png", share_picture, name="share_picture"),
    path("pictures/<str:signature>/<int:image_id>/<str:filter_spec>/", PictureView.as_view(), name="picture"),
]

if settings.DEBUG:
    urlpatterns += i18n_patterns(path("patterns/", patterns, name="patterns"))

urlpatterns += i18n_patterns(
    path("", include("search.urls")),
    path("", include("hub.urls")),
    path("", include("news.urls")),
    path("", include("events.urls")),
    path("_util/login/", log_in),
    path("", include(page_urlpatterns)),
    path(
        "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
        limited("PASSWORDS_PER_MINUTE", methods=("POST",))(authenticate_for_page),
        name="wagtailcore_authenticate_with_password",
    ),
    path("", include(wagtail_urls)),
)

handler404 = "search.missing.page_not_found"
handler500 = "hub.errors.server_error"
