"""The application that the web server calls."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

behind = get_wsgi_application()

from hub import metrics  # noqa: E402 - needs Django to be set up
from hub.answers import AnsweredBefore  # noqa: E402

application = AnsweredBefore(behind)
metrics.begin()
get_resolver().url_patterns  # noqa: B018 - imports the views before the first reader waits for them
# What is loaded by now lives as long as the process. A full collection that visits all of it makes a request wait for
# 0.2 s.
gc.collect()
gc.freeze()
# A page makes thousands of objects that go with it: looking through them more often took a twentieth of the time.
gc.set_threshold(20_000)
