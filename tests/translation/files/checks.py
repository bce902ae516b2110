"""Independent judges of our files: the formats' own schemas."""

from functools import cache
from pathlib import Path

from lxml import etree

SCHEMAS = Path(__file__).parent / "schemas"
XLIFF2 = "xliff-2.1.xsd"
XLIFF1 = ("xliff-core-1.2-strict.xsd", "xliff-core-1.2-transitional.xsd")
TMX = "tmx14.dtd"
TBX = "TBXcoreStructV02.dtd"


class Local(etree.Resolver):
    """The schema of XML's own attributes, which XLIFF 1.2 looks for on the web."""

    def resolve(self, url, public_id, context):
        if url == "http://www.w3.org/2001/xml.xsd":
            return self.resolve_filename(
                str(SCHEMAS / "informativeCopiesOf3rdPartySchemas" / "w3c" / "xml.xsd"), context
            )
        return None


@cache
def _judge(name):
    if name.endswith(".dtd"):
        return etree.DTD(SCHEMAS / name)
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Local())
    return etree.XMLSchema(etree.parse(SCHEMAS / name, parser))


def assert_valid(content, *names):
    """Whether XML is valid by each schema or DTD."""
    document = etree.fromstring(content, etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False))
    for name in names:
        _judge(name).assertValid(document)
