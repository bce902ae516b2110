"""Titles of index pages in languages that have no catalog of interface texts. See docs/languages.md."""

# Language: (news, events, hubs, platforms), by the slugs of the index pages.
SLUGS = ("news", "events", "hubs", "platforms")
TITLES = {
    "bg": ("Новини", "Събития", "Тематични страници", "Платформи"),
    "cs": ("Aktuality", "Akce", "Tematické stránky", "Platformy"),
    "da": ("Nyheder", "Arrangementer", "Temasider", "Platforme"),
    "el": ("Νέα", "Εκδηλώσεις", "Θεματικές σελίδες", "Πλατφόρμες"),
    "et": ("Uudised", "Üritused", "Teemalehed", "Platvormid"),
    "fi": ("Uutiset", "Tapahtumat", "Teemasivut", "Alustat"),
    "ga": ("Nuacht", "Imeachtaí", "Leathanaigh théamacha", "Ardáin"),
    "hr": ("Novosti", "Događanja", "Tematske stranice", "Platforme"),
    "hu": ("Hírek", "Események", "Tematikus oldalak", "Platformok"),
    "lt": ("Naujienos", "Renginiai", "Teminiai puslapiai", "Platformos"),
    "lv": ("Jaunumi", "Pasākumi", "Tematiskās lapas", "Platformas"),
    "mt": ("Aħbarijiet", "Avvenimenti", "Paġni tematiċi", "Pjattaformi"),
    "nl": ("Nieuws", "Evenementen", "Themapagina’s", "Platforms"),
    "pt": ("Notícias", "Eventos", "Páginas temáticas", "Plataformas"),
    "ro": ("Noutăți", "Evenimente", "Pagini tematice", "Platforme"),
    "sk": ("Aktuality", "Podujatia", "Tematické stránky", "Platformy"),
    "sl": ("Novice", "Dogodki", "Tematske strani", "Platforme"),
    "sv": ("Nyheter", "Evenemang", "Temasidor", "Plattformar"),
}


def known_title(slug: str, language: str) -> str:
    """The title of an index page where no catalog has it; empty for other languages and other slugs."""
    titles = dict(zip(SLUGS, TITLES.get(language, ()), strict=False))
    return titles.get(slug, "")
