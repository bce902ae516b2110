import pytest
from django.contrib.auth.models import Group
from wagtail.models import Page, Workflow, WorkflowPage, WorkflowTask

from hub.roles import TRANSLATORS
from tests import content
from tests.editing import log_in
from tests.translation.desk import start
from translation.models import TranslationReview
from translation.publishing import submit
from translation.segments import segments_of, write

from .steps import person


@pytest.fixture
def anna():
    """She translates."""
    return log_in(TRANSLATORS, "anna")


@pytest.fixture
def ben():
    """He reviews."""
    return log_in(TRANSLATORS, "ben")


@pytest.fixture
def reviewed():
    """Everything is reviewed by translators."""
    workflow = Workflow.objects.create(name="Four eyes")
    task = TranslationReview.objects.create(name="Second reading")
    task.groups.add(Group.objects.get(name=TRANSLATORS))
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.update_or_create(page=Page.objects.get(depth=1), defaults={"workflow": workflow})


@pytest.fixture
def handed_in(anna, ben, reviewed):
    """A translation that Anna has written and handed in."""
    translation = start(content.post("A post"), "de")
    for segment in segments_of(translation):
        write(translation, segment, f"[de] {segment.source}", user=person("anna"))
    submit(translation, person("anna"))
    return translation
