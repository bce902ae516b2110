"""Filling in the editors' forms as a browser does, without one."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, querydict_from_html, streamfield

STREAMS = ("body", "speakers", "agenda", "changes")


def log_in(role: str | None = None, name: str = "") -> Client:
    """Somebody with a role, an administrator if None."""
    users = get_user_model().objects
    name = name or (role or "administrator").lower()
    user = users.create_user(name, f"{name}@example.org", "x", is_superuser=role is None)
    if role:
        user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


type Data = dict[str, str | list[str]]


def fields_of(client: Client, url: str, form_id: str | None = None) -> Data:
    """What the form at `url` would send if nothing was changed; stream fields are sent empty."""
    response = client.get(url)
    assert response.status_code == 200, (response.status_code, url)
    data = querydict_from_html(response.content.decode(), form_id=form_id, exclude_csrf=True)
    return {name: values if len(values) > 1 else values[0] for name, values in data.lists()}


def page_form(client: Client, url: str, **values: Any) -> Data:
    """The page form at `url` with these values: lists of (type, value) for stream fields."""
    data = fields_of(client, url, "page-edit-form")
    for name in STREAMS:
        data.update(
            {key: value for key, value in nested_form_data({name: streamfield([])}).items() if key not in data}
        )
    return filled(data, **values)


def filled(data: Data, **values: Any) -> Data:
    for name, value in values.items():
        if name in STREAMS:
            for key, entry in nested_form_data({name: streamfield(value)}).items():
                data[key] = entry
        elif name == "related_works":
            for key, entry in nested_form_data({name: inline_formset([{"work": work.pk} for work in value])}).items():
                data[key] = entry
        elif isinstance(value, list | tuple | set):
            data[name] = [str(getattr(item, "pk", item)) for item in value]
        elif isinstance(value, bool):
            data.pop(name, None)
            if value:
                data[name] = "on"
        else:
            data[name] = str(getattr(value, "pk", value))
    return data


def add_url(parent: Any, model: Any) -> str:
    return reverse("wagtailadmin_pages:add", args=[model._meta.app_label, model._meta.model_name, parent.pk])


def edit_url(page: Any) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def errors_of(response: HttpResponse) -> dict[str, list[str]]:
    """The sentences at the fields of a form that came back."""
    form = response.context["form"]
    found = {name: [str(error) for error in errors] for name, errors in form.errors.items()}
    for name, formset in form.formsets.items():
        for number, rows in enumerate(formset.errors):
            found.update({f"{name}-{number}-{field}": [str(e) for e in errors] for field, errors in rows.items()})
    return found
