from .editor.urls import urlpatterns as editor

app_name = "translation_desk"
urlpatterns = [*editor]
