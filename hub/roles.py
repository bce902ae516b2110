"""The three kinds of people who work in the hub, and what each may do. See docs/roles.md.

`grant_roles` is called by a migration, so it takes models from the migration's registry and creates permissions that
Django itself would only create when all migrations have run.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

EDITORS, MODERATORS, TRANSLATORS = "Editors", "Moderators", "Translators"

# (app label, model, codename, name) of permissions that hold everywhere.
ADMIN = ("wagtailadmin", "admin", "access_admin", "Can access Wagtail admin")
EDIT_ORIGINALS = ("hub", "homepage", "edit_originals", "Can edit pages that are not translations")
TRANSLATE = ("wagtail_localize", "translation", "submit_translation", "Can submit translations")


def _vocabulary(*actions: str) -> list[tuple[str, str, str, str]]:
    return [
        ("hub", model, f"{action}_{model}", f"Can {action} {model}")
        for model in ("theme", "place", "organisation", "person")
        for action in actions
    ]


# Pinning works to what readers search for. Installations made before get these from a migration of `search`.
PIN = [
    ("wagtailsearchpromotions", "searchpromotion", f"{action}_searchpromotion", f"Can {action} search promotion")
    for action in ("add", "change", "delete")
]

# Reading and keeping the glossary. Installations made before get these from a migration of `translation`.
READ_GLOSSARY = ("translation", "concept", "view_concept", "Can view concept of the glossary")
KEEP_GLOSSARY = [
    ("translation", "concept", f"{action}_concept", f"Can {action} concept of the glossary")
    for action in ("add", "change", "delete")
] + [("translation", "memoryimport", "delete_memoryimport", "Can delete imported memory")]

ANYWHERE = {
    EDITORS: [ADMIN, EDIT_ORIGINALS, READ_GLOSSARY, *PIN, *_vocabulary("view", "add", "change")],
    MODERATORS: [
        *(ADMIN, EDIT_ORIGINALS, TRANSLATE, READ_GLOSSARY, *KEEP_GLOSSARY),
        *(*PIN, *_vocabulary("view", "add", "change", "delete")),
    ],
    TRANSLATORS: [ADMIN, TRANSLATE, READ_GLOSSARY, *_vocabulary("view")],
}

# Actions on all pages. HubPagePermissionTester narrows those of translators to translations.
ON_PAGES = {
    EDITORS: ["add", "change"],
    MODERATORS: ["add", "change", "publish", "bulk_delete", "lock", "unlock"],
    TRANSLATORS: ["change", "publish"],
}

# Actions on images and documents of all collections.
ON_FILES = {EDITORS: ["add", "change", "choose"], MODERATORS: ["add", "change", "choose"], TRANSLATORS: ["choose"]}
FILES = [("wagtailimages", "image"), ("wagtaildocs", "document")]


def grant_roles(apps: Any) -> None:
    """Creates the groups where they are missing, and gives each exactly the permissions listed above."""
    Group = apps.get_model("auth", "Group")
    Page = apps.get_model("wagtailcore", "Page")
    Collection = apps.get_model("wagtailcore", "Collection")
    GroupPagePermission = apps.get_model("wagtailcore", "GroupPagePermission")
    GroupCollectionPermission = apps.get_model("wagtailcore", "GroupCollectionPermission")

    pages, collections = Page.objects.get(depth=1), Collection.objects.get(depth=1)
    for role, permissions in ANYWHERE.items():
        group, _created = Group.objects.get_or_create(name=role)
        group.permissions.set([_permission(apps, *permission) for permission in permissions])

        GroupPagePermission.objects.filter(group=group).delete()
        GroupPagePermission.objects.bulk_create(
            GroupPagePermission(
                group=group,
                page=pages,
                permission=_permission(apps, "wagtailcore", "page", f"{action}_page", f"Can {action} page"),
            )
            for action in ON_PAGES[role]
        )

        GroupCollectionPermission.objects.filter(group=group).delete()
        GroupCollectionPermission.objects.bulk_create(
            GroupCollectionPermission(
                group=group,
                collection=collections,
                permission=_permission(apps, app, model, f"{action}_{model}", f"Can {action} {model}"),
            )
            for app, model in FILES
            for action in ON_FILES[role]
        )


def grant(apps: Any, roles: Iterable[str], permissions: Iterable[tuple[str, str, str, str]]) -> None:
    """Gives groups permissions more, where the groups still exist."""
    for group in apps.get_model("auth", "Group").objects.filter(name__in=roles):
        group.permissions.add(*(_permission(apps, *permission) for permission in permissions))


def require_moderation(apps: Any) -> None:
    """Puts the pages of all languages under a workflow in which moderators approve, unless one is in force."""
    Page = apps.get_model("wagtailcore", "Page")
    Workflow = apps.get_model("wagtailcore", "Workflow")
    WorkflowPage = apps.get_model("wagtailcore", "WorkflowPage")
    root = Page.objects.get(depth=1)
    if WorkflowPage.objects.filter(page=root, workflow__active=True).exists():
        return
    workflow = Workflow.objects.create(name="Moderators approval", active=True)
    content_type = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="wagtailcore", model="groupapprovaltask"
    )[0]
    task = apps.get_model("wagtailcore", "GroupApprovalTask").objects.create(
        name="Moderators approval", active=True, content_type=content_type
    )
    task.groups.add(apps.get_model("auth", "Group").objects.get(name=MODERATORS))
    apps.get_model("wagtailcore", "WorkflowTask").objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.update_or_create(page=root, defaults={"workflow": workflow})


def _permission(apps: Any, app_label: str, model: str, codename: str, name: str) -> Any:
    content_type = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model
    )[0]
    return apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": name}
    )[0]
