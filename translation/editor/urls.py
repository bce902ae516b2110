from django.urls import path

from . import api, views

urlpatterns = [
    path("open/<int:version_id>/", views.open_version, name="open"),
    path("<int:translation_id>/preview/", views.preview, name="preview"),
    path("<int:translation_id>/stop/", views.stop, name="stop"),
    path("<int:translation_id>/texts/", api.versions, name="texts"),
    path("<int:translation_id>/texts/<int:segment_id>/", api.write_text, name="write"),
    path("<int:translation_id>/texts/<int:segment_id>/help/", api.show_help, name="help"),
    path("<int:translation_id>/texts/<int:segment_id>/check/", api.check_text, name="check"),
    path("<int:translation_id>/texts/<int:segment_id>/notes/", api.add_note, name="add_note"),
    path("<int:translation_id>/notes/<int:note_id>/resolve/", api.resolve_note, name="resolve_note"),
    path("<int:translation_id>/concordance/", api.search_memory, name="concordance"),
    path("<int:translation_id>/fill/", api.fill_from_memory, name="fill"),
    path("<int:translation_id>/machine/", api.translate_by_machine, name="machine"),
    path("<int:translation_id>/leave-out/", api.leave_out, name="leave_out"),
]
