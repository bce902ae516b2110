from django.urls import path

from . import table_views, views

urlpatterns = [
    path("<int:translation_id>/file/", views.download, name="download_file"),
    path("<int:translation_id>/upload/", views.upload, name="upload_file"),
    path("upload/", views.upload, name="upload"),
    path("upload/<str:token>/", views.report, name="upload_report"),
    path("upload/job/<int:job_id>/", views.import_report, name="import_report"),
    path("memory/files/", table_views.memory, name="memory_files"),
    path("memory/files/memory.tmx", table_views.download_memory, name="download_memory"),
    path("memory/files/<int:import_id>/remove/", table_views.remove_import, name="remove_import"),
    path("glossary/files/", table_views.terms, name="glossary_files"),
    path("glossary/files/glossary.tbx", table_views.download_terms, {"file_format": "tbx"}, name="download_tbx"),
    path("glossary/files/glossary.csv", table_views.download_terms, {"file_format": "csv"}, name="download_csv"),
]

# In the place of wagtail-localize's, whose import of a file without a head fails.
localize_urls = [
    path("localize/translate/<int:translation_id>/pofile/download/", views.download, {"file_format": "po"}),
    path("localize/translate/<int:translation_id>/pofile/upload/", views.upload),
]
