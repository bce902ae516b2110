"""Independent judges of our files: OASIS's schemas of XLIFF, as the Okapi framework carries them, and DTDs of ours for
TMX and TBX, whose own cannot be had from a registry."""

import zipfile
from functools import cache
from pathlib import Path

from lxml import etree

from tests.fetched import CACHE, fetched

OKAPI = "https://repo1.maven.org/maven2/net/sf/okapi/lib/{0}/1.48.0/{0}-1.48.0.jar"
ARCHIVES = {
    "okapi-lib-xliff2": "87e68a8435b183e0106ef5d77f7a185e9d67e903669d426884261ac160fcca55"
    "81b48c4d4699dd9e2f49d560690ddf9444f38f38da12a18458a72cfe8dc0730e",
    "okapi-lib-verification": "0c4aa1f8c2e9eb04621a1404eedee40ae645c1abf39f3d08a7e50afc643d7a52"
    "06037a26557cbf9c85ade016115aef45204bd72107bc8b029ad97343ebba99db",
}
OURS = Path(__file__).parent / "schemas"
TMX, TBX = "tmx.dtd", "tbx.dtd"
XLIFF2 = "xliff2"
XLIFF1 = ("xliff-core-1.2-strict.xsd", "xliff-core-1.2-transitional.xsd")
# The core of XLIFF 2.1 with the modules that we write.
XLIFF2_PARTS = {
    "urn:oasis:names:tc:xliff:document:2.0": "xliff_core_2.0.xsd",
    "urn:oasis:names:tc:xliff:matches:2.0": "modules/matches.xsd",
    "urn:oasis:names:tc:xliff:sizerestriction:2.0": "modules/size_restriction.xsd",
}


def _schemas(name):
    """The folder of the schemas in one of the archives."""
    with zipfile.ZipFile(fetched(OKAPI.format(name), ARCHIVES[name])) as archive:
        archive.extractall(CACHE / name, [entry for entry in archive.namelist() if entry.endswith(".xsd")])
    return CACHE / name / "net/sf/okapi/lib" / name.removeprefix("okapi-lib-")


@cache
def _judge(name):
    if name in (TMX, TBX):
        return etree.DTD(OURS / name)
    if name == XLIFF2:
        folder = _schemas("okapi-lib-xliff2")
        imports = "".join(
            f'<xs:import namespace="{space}" schemaLocation="{(folder / file).as_uri()}"/>'
            for space, file in XLIFF2_PARTS.items()
        )
        schema = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>'
        return etree.XMLSchema(etree.fromstring(schema))
    return etree.XMLSchema(etree.parse(_schemas("okapi-lib-verification") / name))


def assert_valid(content, *names):
    """Whether XML is valid by each schema or DTD."""
    document = etree.fromstring(content, etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False))
    for name in names:
        _judge(name).assertValid(document)
