"""The category tree by English name, and the words that hint at a category where no table knows the vendor.

The tree is that of `vault.categories`. A hint is a guess from the vendor's printed name and is worth
less than the brand table; where two hints disagree the longer word wins, then the earlier in the table.
"""

from __future__ import annotations

import re
from functools import lru_cache

from vault.categories import ancestors, tree
from vault.relationships.lexicon import fold

__all__ = ["TREE", "ancestors", "hinted", "is_category"]

TREE: dict[str, str] = {one.id: one.names["en"] for one in tree().values()}

# Parts of a folded name, in several languages. A word with a trailing `$` must be a whole word; others also match
# inside compounds (`Hausratversicherung`).
_HINTS = """
energy: stadtwerk gemeindewerk energie energy energia utilities
energy.electricity: strom electric elektrizitaet eletric okostrom power$
energy.gas: erdgas gasversorgung gas$ gaz$
energy.heating: fernwaerme heizung heating heizoel
water: wasserwerk abwasser wasserverband water$ acqua aqua$ eaux wasser
insurance: versicherung insurance assurance assicurazion seguros verzekering forsikring ubezpiecz pojistovna vers.$
insurance.car: kfzversicherung autoversicherung kfz-versicherung
insurance.home: hausratversicherung wohngebaeude
insurance.health: krankenkasse krankenversicherung betriebskrankenkasse bkk$ aok$ ikk$ mutuelle zorgverzek
insurance.legal: rechtsschutz
insurance.life: lebensversicherung leben$ life$
insurance.liability: haftpflicht
insurance.travel: reiseversicherung
bank: sparkasse volksbank raiffeisen bank$ bank banque banca banco kreditinstitut
bank.credit: leasing kredit credit$ finance$ mortgage darlehen
pension: pension rentenversicherung rente$ altersvorsorge
groceries: supermarkt supermarket grocery lebensmittel metzgerei fleischerei
groceries.drugstore: drogerie drugstore
maintenance: werkstatt handwerk klempner sanitaer dachdecker schornsteinfeger plumb repair reparatur elektriker
transport.public: verkehrsbetrieb verkehrsverbund bahn$ railway rail$ trains metro$ busse transit
transport.fuel: tankstelle petrol fuel$ ladesaeule
transport.sharing: carsharing taxi$ rideshare
transport.parking: parkhaus parking parken parkplatz maut$
transport.car: autohaus reifen kfz$
it.hosting: hosting webhost server$ domains domain$
it.software: software saas$
it.security: vpn$ antivirus
entertainment.streaming: streaming video$ kino cinema
entertainment.music: music$ musik
entertainment.games: games$ gaming
entertainment.news: zeitung verlag news$ magazin presse$ times$ zeitschrift tageblatt
entertainment.events: ticket theater theatre konzert museum
telecom: telecom telekom telefon
telecom.mobile: mobilfunk mobile$ mobil$
telecom.internet: internet$ broadband glasfaser fiber$ fibre$ kabel$
housing: hausverwaltung immobilien wohnungsbau wohnungsgenossenschaft vermietung property estate
housing.rent: miete$ rent$
health: praxis zahnarzt klinik krankenhaus hospital clinic dental arzt$ physio optik
health.pharmacy: apotheke pharmacy pharmac farmacia
fitness: fitness gym$ crossfit yoga sportverein turnverein sportclub boulder schwimm
shopping.fashion: fashion mode$ schuhe shoes
shopping.electronics: elektronik electronics
shopping.home: moebel furniture baumarkt gartencenter hardware
food: kantine canteen catering mensa
food.restaurant: restaurant ristorante trattoria osteria taverna pizz bistro$ brasserie bar$ pub$ kebab kebap doner$ sushi
food.restaurant: burger biergarten gasthaus gasthof wirtshaus brauhaus steakhouse grill$ tapas ramen noodle imbiss diner$
food.restaurant: tavern$ cantina cucina taqueria
food.cafe: cafe caffe kaffee coffee espresso gelateria eisdiele eiscafe konditorei patisserie tearoom
food.cafe: backerei baeckerei bakery boulangerie panetteria panaderia bakkerij bageri
food.delivery: lieferservice
travel: reise travel tours$ urlaub
travel.lodging: hotel hostel pension$ ferienwohnung
travel.flights: airline airways flughafen airport
post: paket parcel courier
education: schule school universit hochschule college academy akademie kindergarten kita$ musikschule fahrschule
charity: stiftung foundation spende charity hilfswerk e.v.$
public: stadtkasse gemeinde landratsamt council$ behoerde kommune
public.tax: finanzamt hauptzollamt bundeskasse kfz-steuer
public.broadcasting: rundfunk
"""


def is_category(category: str) -> bool:
    return category in TREE


@lru_cache(maxsize=1)
def _hints() -> tuple[re.Pattern[str], dict[str, str], dict[str, str]]:
    whole: dict[str, str] = {}
    inside: dict[str, str] = {}
    for line in _HINTS.strip().splitlines():
        category, _, words = line.partition(":")
        for word in words.split():
            table = whole if word.endswith("$") else inside
            table.setdefault(fold(word.rstrip("$")), category)
    longest = sorted(inside, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest))), whole, inside


def hinted(name: str) -> str:
    """The category that the words of a vendor's name hint at, or an empty string."""
    anywhere, whole, inside = _hints()
    folded = fold(name)
    found = [(len(word), inside[word]) for word in anywhere.findall(folded)]
    found += [(len(word), whole[word]) for word in re.split(r"[\s,;/()-]+", folded) if word in whole]
    return max(found, key=lambda hint: hint[0])[1] if found else ""
