"""How much the desk takes in, so that no file can stop it."""

MB = 1024 * 1024

LARGEST_FILE = 20 * MB  # one XLIFF or PO file, or a glossary
LARGEST_UPLOAD = 60 * MB  # a ZIP as it is sent
LARGEST_UNPACKED = 200 * MB  # all files of a ZIP
LARGEST_MEMORY = 100 * MB  # a TMX file
MOST_FILES = 1_000  # in a ZIP: a report on so many takes a minute
MOST_TEXTS = 20_000  # in one XLIFF or PO file
MOST_TERMS = 20_000  # in one glossary
DEEPEST = 64  # elements within each other in XML
LONGEST_TEXT = 100_000  # characters of one text
