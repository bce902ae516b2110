from .editor.urls import urlpatterns as editor
from .files.urls import urlpatterns as files
from .queue.urls import urlpatterns as queue

app_name = "translation_desk"
urlpatterns = [*queue, *files, *editor]
