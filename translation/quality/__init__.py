"""What is wrong, or may be, with a translation. Nothing here changes or stops anything but what would break the page:
see `translation.segments.fault`."""

from .checks import Finding, check

__all__ = ["Finding", "check"]
