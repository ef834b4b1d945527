"""The words by which people head their columns, in English, German and French, and what each means here."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

from bsclib.files.catalogue import kpi_catalogue
from bsclib.model.perspectives import PERSPECTIVES

HEADINGS: dict[str, str] = {
    "kpi": "kpi kpis metric metrics indicator indicators measure measures kennzahl kennzahlen indicateur indicateurs"
    "|kpi name|metric name|measure name|name of kpi|key performance indicator|messgrosse|metrik|name|bezeichnung",
    "id": "id|kpi id|metric id|code|kpi code|ref",
    "unit": "unit region department dept team site location country entity branch office store plant division bu"
    " abteilung bereich standort land filiale werk departement equipe pays agence area"
    "|business unit|org unit|organisational unit|organizational unit|organisationseinheit|service desk|cost centre",
    "period": "period date month week quarter datum monat zeitraum woche quartal mois periode semaine trimestre day tag"
    "|reporting period|reporting month|reporting date|month ending|month end|stichtag|jour|year month|as of",
    "year": "year jahr annee",
    "kind": "kind scenario version szenario|value type|actual plan|actual or plan|plan actual|type|series|art|typ|data type",
    "actual": "actual actuals value result results ist wert istwert valeur reel realise measurement observed observation"
    "|current value|actual value|this month|current month|current|act|measured|reading",
    "numerator": "numerator zahler numerateur",
    "denominator": "denominator nenner denominateur",
    "target": "target targets plan planned budget soll sollwert zielwert cible ziel goal objectif tgt bud"
    "|target value|goal value|valeur cible|target level",
    "floor": "floor|worst case|minimum acceptable|lower limit",
    "baseline": "baseline|ausgangswert|start value|starting value|base value|reference value",
    "prior_year": "py ly vj vorjahr|prior year|previous year|last year|vorjahreswert|n 1|annee precedente|an dernier"
    "|same month last year|prior yr|prev year",
    "difference": "variance var delta diff difference gap deviation abweichung ecart change achievement attainment yoy mom"
    "|var pct|vs plan|vs target|vs budget|vs py|vs ly|vs last year|pct change|change pct|pct of target|of target|variance pct"
    "|zielerreichung|performance vs target|act vs plan|delta pct|pct achieved|diff pct|taux d atteinte|actual vs target",
    "total": "total totals sum ytd average avg mean gesamt summe durchschnitt mittelwert moyenne cumul overall insgesamt"
    " mtd|year to date|full year|grand total|fy total|gesamtsumme|jahressumme|total general|sub total|subtotal|all"
    " zwischensumme|sous total|ensemble|total year|year total|whole year|12 month average|h1|h2|all units|all regions",
    "status": "status rag ampel trend colour color rating score statut tendance light flag|traffic light|rag status|on track",
    "comment": "comment comments note notes remark remarks kommentar bemerkung bemerkungen commentaire commentaires source"
    " quelle definition description beschreibung remarques formula|data source|nr|no|how measured|action|actions|row|lfd nr",
    "objective": "objective objectives theme themes|strategic objective|strategic goal|strategisches ziel|strategic theme"
    "|objectif strategique|goal|ziel|objectif",
    "perspective": "perspective perspectives perspektive category kategorie domain|bsc perspective|categorie|dimension",
    "direction": "direction polarity richtung sens better|desired direction|good is|better is|desired trend|polaritat",
    "measured_in": "uom einheit unite units|unit of measure|unit of measurement|measured in|measurement unit|measure unit",
    "owner": "owner responsible verantwortlich verantwortlicher responsable lead|kpi owner|accountable",
    "weight": "weight weighting gewicht gewichtung poids ponderation|weight pct",
    "frequency": "frequency frequenz frequence|reporting frequency|cadence",
    "aggregate": "aggregate aggregation rollup|roll up",
    "forecast": "forecast fc fcst prognose prevision estimate outlook hochrechnung",
}
"""Single words, then after ``|`` whole phrases, by what they mean."""

NUMERIC = ("actual", "numerator", "denominator", "target", "floor", "baseline", "prior_year", "weight")
DROPPED = ("total", "difference", "forecast", "status", "comment")
"""What a column may be that gives no value, each a reason of its own."""

_PERSPECTIVES: dict[str, str] = {
    "financial": "financial|finance|financials|finanzen|financiere|finances|financial perspective|finanzperspektive",
    "customer": "customer|customers|client|clients|kunde|kunden|customer perspective|kundenperspektive|stakeholder",
    "internal_process": "internal process|internal processes|process|processes|internal|internal business process"
    "|internal business processes|internal business|business process|prozesse|interne prozesse|processus internes|operations",
    "learning_growth": "learning and growth|learning growth|innovation and learning|organizational capacity|people"
    "|learning|lernen und entwicklung|lernen und wachstum|mitarbeiter|apprentissage|learning development|growth"
    "|apprentissage et croissance|organisational capacity|employee|employees|learning and development",
    "corporate_contribution": "corporate contribution|business contribution|company contribution",
    "user_orientation": "user orientation|customer orientation|users",
    "operational_excellence": "operational excellence",
    "future_orientation": "future orientation",
}
_HIGHER = "higher is better|higher|high|up|increase|increasing|maximise|maximize|max|more is better|the higher the better|↑|▲|+"
_HIGHER += "|hoher ist besser|bigger is better|hoch|steigend|ascending|positive|growth|hausse|plus|h|larger is better"
_LOWER = "lower is better|lower|low|down|decrease|decreasing|minimise|minimize|min|less is better|the lower the better|↓|▼|-"
_LOWER += "|niedriger ist besser|smaller is better|niedrig|fallend|descending|negative|baisse|moins|l|less"
_WITHIN = "within range|range|within|between|band|target range|im bereich|nominal|in range"
DIRECTIONS = {
    word: direction
    for direction, words in (
        ("higher_is_better", _HIGHER),
        ("lower_is_better", _LOWER),
        ("within_range", _WITHIN),
    )
    for word in words.split("|")
}
FREQUENCIES = {
    word: frequency
    for frequency, words in {
        "daily": "daily taglich quotidien",
        "weekly": "weekly wochentlich hebdomadaire",
        "monthly": "monthly monatlich mensuel m",
        "quarterly": "quarterly vierteljahrlich quartalsweise trimestriel q",
        "yearly": "yearly annual annually jahrlich annuel",
    }.items()
    for word in words.split()
}
_MEASURES = (
    "% pct percent prozent h hour hours hrs std stunden heures min minutes minuten s sec seconds ms d day days tage jours"
    " week weeks month months year years eur usd gbp chf € $ £ keur teur meur k€ m€ # number count nr anzahl nombre stk"
    " stuck pcs points punkte pts score ratio fte people tickets calls incidents gb tb mb m km kg t index x mio tsd"
    " eur m eur k usd m 1-5 1-10 yes/no rate hours/month"
).split(" ")
MEASURES = {*_MEASURES, "per cent", "eur m", "eur k", "usd m", "usd k", "in %", "m eur", "no.", "tsd. eur", "mio. eur"}


def plain(text: Any) -> str:
    """A text as its words alone: no capitals, accents or signs, but % as pct."""
    folded = unicodedata.normalize("NFKD", str(text).casefold().replace("%", " pct ").replace("ß", "ss"))
    return " ".join(re.findall(r"[^\W_]+|#", "".join(char for char in folded if not unicodedata.combining(char))))


@cache
def _meanings() -> dict[str, list[str]]:
    """What each word or phrase may mean; `unit` and `goal` may mean two things, which the column's content settles."""
    meanings: dict[str, list[str]] = {}
    for role, text in HEADINGS.items():
        words, *phrases = text.split("|")
        for phrase in (*words.split(" "), *phrases):
            meanings.setdefault(phrase, []).append(role)
    meanings["unit"] = ["unit", "measured_in"]
    meanings["units"] = ["measured_in", "unit"]
    return meanings


def roles_of(heading: Any) -> list[str]:
    """What a heading may mean, none where its words are not known."""
    text = plain(heading)
    known = _meanings()
    without = re.sub(r" (?:pct|eur|usd|h|days|hours|k|m)$", "", text)
    return known.get(text) or known.get(without) or []


AGGREGATES = {
    word: aggregate
    for aggregate, words in {
        "sum": "sum total summe somme cumulative",
        "mean": "mean average avg mittel durchschnitt moyenne",
        "last": "last latest end letzter dernier stock",
        "min": "min minimum",
        "max": "max maximum",
        "ratio": "ratio",
    }.items()
    for word in words.split()
}

KINDS = ("actual", "target", "prior_year", "forecast", "difference", "total")


@cache
def _kind_phrases() -> list[tuple[str, str]]:
    phrases = [(word, role) for word, roles in _meanings().items() for role in roles[:1] if role in KINDS]
    ambiguous = {"all", "value", "current", "change", "h1", "h2", "gap", "result", "results", "goal", "ziel", "objectif"}
    return sorted(((word, role) for word, role in phrases if word not in ambiguous), key=lambda pair: -len(pair[0]))


def kind_within(text: Any) -> tuple[str, str]:
    """The kind of value that a text names at its end or its beginning, and the rest: ``Sales Plan`` is Sales, a target."""
    words = plain(text)
    for phrase, kind in _kind_phrases():
        if words == phrase:
            return kind, ""
        if words.endswith(" " + phrase):
            return kind, _cut(str(text), len(phrase.split()), end=True)
        if words.startswith(phrase + " "):
            return kind, _cut(str(text), len(phrase.split()), end=False)
    return "", str(text)


def _cut(text: str, count: int, end: bool) -> str:
    """A text without so many words at its end or beginning, and the signs between."""
    places = [match.span() for match in re.finditer(r"[^\W_]+|[%#]", text)]
    cut = text[: places[-count][0]] if end else text[places[count - 1][1] :]
    return cut.strip(" \t-–—:/|,;()[]_")


def perspective_of(text: Any) -> str:
    """The id of the perspective that a text names, of either set; empty where it names none."""
    words = plain(text).removeprefix("perspective ").removesuffix(" perspective")
    for id, names in _PERSPECTIVES.items():
        if words in names.split("|"):
            return id
    return ""


PERSPECTIVE_NAMES = {part.id: part.name for parts in PERSPECTIVES.values() for part in parts}


def direction_of(text: Any) -> str:
    """Which way is better, as a text says it; empty where it does not."""
    folded = str(text).strip().casefold()
    return DIRECTIONS.get(folded) or DIRECTIONS.get(plain(text)) or ""


def is_measure(text: Any) -> bool:
    """Whether a text is a unit of measurement."""
    return str(text).strip().casefold() in MEASURES


def is_total(text: Any) -> bool:
    """Whether a row's or a block's name says that it is a total."""
    words = plain(text)
    return bool(words) and (
        "total" in _meanings().get(words, []) or words in ("company", "group", "organisation", "gesamt", "konzern")
    )


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    rows = kpi_catalogue().to_dict("records")
    return {plain(row[key]): row for row in rows for key in ("id", "name")}


def catalogued(name: str) -> dict[str, str]:
    """The entry of the KPI catalogue that bears this name or id; empty where there is none."""
    return _catalogue().get(plain(name), {})


def slug(name: str, taken: set[str] | dict[str, Any] = frozenset()) -> str:  # type: ignore[assignment]
    """An id made of a name, which nothing else has."""
    folded = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("&", " and ").replace("%", " percent "))
    bare = "".join(char for char in folded if not unicodedata.combining(char)).casefold()
    letters = unicodedata.normalize("NFC", bare)
    id = "-".join(re.findall(r"\w+", letters)).replace("_", "-").strip("-")[:56].rstrip("-") or "kpi"
    number, made = 1, id
    while made in taken:
        number += 1
        made = f"{id}-{number}"
    return made
