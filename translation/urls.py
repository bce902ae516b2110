from django.urls import path

from .editor.urls import urlpatterns as editor
from .files.urls import urlpatterns as files
from .glossary import search_memory
from .queue.urls import urlpatterns as queue

app_name = "translation_desk"
urlpatterns = [*queue, *files, *editor, path("memory/", search_memory, name="memory")]
