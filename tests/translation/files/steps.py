"""Steps that tests of files share."""

from wagtail_localize.models import StringTranslation

from tests.translation.desk import segment_at
from translation.files import export_file
from translation.segments import segments_of, write


def export(translation, file_format="xliff2"):
    return export_file(translation, file_format)[1]


def outcomes(report):
    assert report.error == ""
    return [line.outcome for file in report.files for line in file.lines]


def line_at(report, place):
    return next(line for file in report.files for line in file.lines if line.place.startswith(place))


def wipe(translation):
    StringTranslation.objects.filter(locale=translation.target_locale).delete()


def targets(translation):
    return {(each.path, each.source): each.target for each in segments_of(translation)}


def put(translation, path, data, user=None, **values):
    return write(translation, segment_at(translation, path), data, user=user, **values).segment
