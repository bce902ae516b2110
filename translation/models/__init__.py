from .jobs import ImportedText, Job, JobStep
from .machine import MachineBudget, MachineUse, TranslationSettings
from .memory import MemoryImport, MemoryKey, MemoryUnit
from .notes import SegmentNote
from .omissions import OmittedBlock
from .people import TranslatorLanguage
from .requests import Fate, RequestedVersion, RequestEvent, TranslationRequest
from .restrictions import SharedRestriction
from .review import TranslationReview
from .terms import Concept, GlossaryVersion, Term
from .versions import LanguageVersion, StaleWork, State
from .views import SavedView

__all__ = [
    "Concept",
    "Fate",
    "GlossaryVersion",
    "ImportedText",
    "Job",
    "JobStep",
    "LanguageVersion",
    "MachineBudget",
    "MachineUse",
    "MemoryImport",
    "MemoryKey",
    "MemoryUnit",
    "OmittedBlock",
    "RequestEvent",
    "RequestedVersion",
    "SavedView",
    "SegmentNote",
    "SharedRestriction",
    "StaleWork",
    "State",
    "Term",
    "TranslationRequest",
    "TranslationReview",
    "TranslationSettings",
    "TranslatorLanguage",
]
