from django.urls import path

from . import ask, bulk, job_views, matrix, views

urlpatterns = [
    path("", views.QueueView.as_view(), name="queue"),
    path("results/", views.QueueView.as_view(results_only=True), name="queue_results"),
    path("views/save/", views.save_view, name="save_view"),
    path("views/<int:view_id>/delete/", views.delete_view, name="delete_view"),
    path("start/<int:version_id>/", views.start, name="start"),
    path("bulk/<slug:kind>/", bulk.BulkView.as_view(), name="bulk"),
    path("matrix/", matrix.MatrixView.as_view(), name="matrix"),
    path("matrix/results/", matrix.MatrixView.as_view(results_only=True), name="matrix_results"),
    path("coverage/", matrix.CoverageView.as_view(), name="coverage"),
    path("ask/", ask.AskView.as_view(), name="ask"),
    path("requests/", ask.RequestsView.as_view(), name="requests"),
    path("requests/<int:pk>/", ask.RequestView.as_view(), name="request"),
    path("requests/<int:pk>/withdraw/", ask.withdraw, name="withdraw"),
    path("jobs/", job_views.JobsView.as_view(), name="jobs"),
    path("jobs/results/", job_views.JobsView.as_view(results_only=True), name="jobs_results"),
    path("jobs/<int:pk>/", job_views.JobView.as_view(), name="job"),
    path("jobs/<int:pk>/file/", job_views.download, name="job_file"),
]
