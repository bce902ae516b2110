from .concepts import Organisation, Person, Place, PlaceName, Theme, ThemeLabel
from .content import ContentPage, ContentPageQuerySet, HubPage, IndexPage, RelatedWork, content_models
from .media import HubDocument, HubImage, HubRendition
from .pages import HomePage, HubIndexPage, PlatformIndexPage, PlatformPage, StandardPage, ThematicHubPage

__all__ = [
    "ContentPage",
    "ContentPageQuerySet",
    "HomePage",
    "HubDocument",
    "HubImage",
    "HubIndexPage",
    "HubPage",
    "HubRendition",
    "IndexPage",
    "Organisation",
    "Person",
    "Place",
    "PlaceName",
    "PlatformIndexPage",
    "PlatformPage",
    "RelatedWork",
    "StandardPage",
    "ThematicHubPage",
    "Theme",
    "ThemeLabel",
    "content_models",
]
