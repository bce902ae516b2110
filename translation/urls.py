from .editor.urls import urlpatterns as editor
from .queue.urls import urlpatterns as queue

app_name = "translation_desk"
urlpatterns = [*queue, *editor]
