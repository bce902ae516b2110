"""How dates are typed in English: Europe's, the day before the month, in weeks that begin on Monday."""

FIRST_DAY_OF_WEEK = 1
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y"]
DATETIME_INPUT_FORMATS = ["%Y-%m-%d %H:%M:%S", *(f"{day} %H:%M" for day in DATE_INPUT_FORMATS), "%Y-%m-%d"]
