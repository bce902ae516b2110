from .base import HubPage, IndexPage
from .concepts import Concept
from .content import ContentPage, ContentPageQuerySet, content_models
from .links import RelatedWork
from .media import HubDocument, HubImage, HubRendition
from .organisations import Organisation, Person
from .pages import HomePage, HubIndexPage, PlatformIndexPage, PlatformPage, StandardPage, ThematicHubPage
from .places import Place, PlaceName
from .sharing import SharingSettings
from .themes import Theme, ThemeLabel
from .versions import ContentChange

CONCEPTS: tuple[type[Concept], ...] = (Theme, Place, Organisation, Person)

__all__ = [
    "CONCEPTS",
    "Concept",
    "ContentChange",
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
    "SharingSettings",
    "StandardPage",
    "ThematicHubPage",
    "Theme",
    "ThemeLabel",
    "content_models",
]
