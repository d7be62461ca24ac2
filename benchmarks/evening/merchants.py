"""Merchants: well-known ones by their public names and descriptors, and made-up ones."""

from random import Random

from benchmarks.evening.truth import Merchant


def _known(rows: str, country: str, currency: str) -> list[Merchant]:
    found = []
    for row in rows.strip().splitlines():
        name, domain, payee, card, *rest = (cell.strip() for cell in row.split("|"))
        found.append(
            Merchant(
                key=domain,
                name=name,
                domain=domain,
                payee=payee,
                card=card,
                city=rest[0] if rest and rest[0] else ("Berlin" if country == "DE" else "NEW YORK NY"),
                country=rest[1] if len(rest) > 1 and rest[1] else country,
                currency=rest[2] if len(rest) > 2 and rest[2] else currency,
                family=rest[3] if len(rest) > 3 else "",
            )
        )
    return found


# name | domain | payee of a direct debit | card descriptor | city | country | currency | family
GERMAN_SUBSCRIPTIONS = _known(
    """
    Netflix | netflix.com | Netflix International B.V. | NETFLIX.COM | Amsterdam | NL
    Spotify | spotify.com | Spotify AB | Spotify {ref} | Stockholm | SE
    Disney+ | disneyplus.com | The Walt Disney Company (Benelux) | DISNEY PLUS | Amsterdam | NL
    DAZN | dazn.com | DAZN Limited | DAZN | LONDON | GB
    Audible | audible.de | Audible GmbH | Audible Gmbh {ref} | Berlin | DE | EUR | amazon
    Microsoft | microsoft.com | Microsoft Ireland Operations Ltd | MICROSOFT*365 FAMILY | MSBILL.INFO | IE
    Adobe | adobe.com | Adobe Systems Software Ireland Ltd | ADOBE *CREATIVE CLOUD | adobe.ly/ENIE | IE
    Dropbox | dropbox.com | Dropbox International Unlimited Company | DROPBOX*{ref} | DB.TT/CCHELP | IE
    Deutsche Telekom | telekom.de | Telekom Deutschland GmbH | TELEKOM DEUTSCHLAND | Bonn
    Vodafone | vodafone.de | Vodafone GmbH | VODAFONE GMBH | Duesseldorf
    o2 | o2online.de | Telefonica Germany GmbH + Co. OHG | O2 GERMANY | Muenchen
    1&1 | 1und1.de | 1&1 Telecom GmbH | 1&1 TELECOM | Montabaur
    E.ON | eon.de | E.ON Energie Deutschland GmbH | E.ON ENERGIE | Muenchen
    Vattenfall | vattenfall.de | Vattenfall Europe Sales GmbH | VATTENFALL | Hamburg
    HUK-COBURG | huk.de | HUK-COBURG-Allgemeine Versicherung AG | HUK COBURG | Coburg
    Allianz | allianz.de | Allianz Versicherungs-AG | ALLIANZ VERS | Muenchen
    ADAC | adac.de | ADAC e.V. | ADAC | Muenchen
    McFIT | mcfit.com | RSG Group GmbH McFIT | MCFIT | Berlin
    Urban Sports Club | urbansportsclub.com | Urban Sports GmbH | URBAN SPORTS CLUB | Berlin
    HelloFresh | hellofresh.de | HelloFresh Deutschland SE + Co. KG | HELLOFRESH {ref} | Berlin
    DIE ZEIT | zeit.de | Zeitverlag Gerd Bucerius GmbH + Co. KG DIE ZEIT | ZEIT VERLAG | Hamburg
    SPIEGEL | spiegel.de | SPIEGEL-Verlag Rudolf Augstein GmbH + Co. KG | SPIEGEL-VERLAG | Hamburg
    Rundfunkbeitrag | rundfunkbeitrag.de | Rundfunk ARD, ZDF, DRadio | RUNDFUNK ARD ZDF | Koeln
    STRATO | strato.de | STRATO GmbH | STRATO AG | Berlin
    IONOS | ionos.de | IONOS SE | IONOS SE | Montabaur
    Hetzner | hetzner.com | Hetzner Online GmbH | HETZNER ONLINE GMBH | Gunzenhausen
    Nintendo | nintendo.com | Nintendo of Europe SE | NINTENDO CD{n6} | Frankfurt
    1Password | 1password.com | AgileBits Inc. dba 1Password | 1PASSWORD | TORONTO | CA | USD
    GitHub | github.com | GitHub, Inc. | GITHUB, INC. | SAN FRANCISCO | US | USD
    OpenAI | openai.com | OpenAI OpCo, LLC | OPENAI *CHATGPT SUBSCR | SAN FRANCISCO | US | USD
    Notion | notion.so | Notion Labs, Inc. | NOTION LABS, INC. | SAN FRANCISCO | US | USD
    The New York Times | nytimes.com | The New York Times | NYTIMES* | NEW YORK | US | USD
    Guardian | theguardian.com | Guardian News + Media Ltd | GUARDIAN NEWS & MEDIA | LONDON | GB | GBP
    Proton | proton.me | Proton AG | PROTON AG | GENEVE | CH | CHF
    YouTube | youtube.com | Google Ireland Limited | GOOGLE *YouTubePremium | g.co/helppay# | IE | EUR | google
    Google One | one.google.com | Google Ireland Limited | GOOGLE *Google One | g.co/helppay# | IE | EUR | google
    Duolingo | duolingo.com | Google Ireland Limited | GOOGLE *Duolingo | g.co/helppay# | IE | EUR | google
    """,
    "DE",
    "EUR",
)
US_SUBSCRIPTIONS = _known(
    """
    Netflix | netflix.com | NETFLIX.COM | NETFLIX.COM | LOS GATOS CA
    Hulu | hulu.com | HULU | HLU*HULU {n6}-U | SANTA MONICA CA
    Spotify | spotify.com | SPOTIFY USA | SPOTIFY USA | NEW YORK NY
    The New York Times | nytimes.com | NYTIMES | NYTIMES*NYTimes Disc | NEW YORK NY
    Planet Fitness | planetfitness.com | PLANET FIT CLUB FEES | PLANET FIT CLUB FEES | HAMPTON NH
    Verizon | verizon.com | VERIZON WIRELESS PAYMENTS | VERIZON*RECURRING PAY | FOLSOM CA
    AT&T | att.com | ATT PAYMENT | ATT* BILL PAYMENT | DALLAS TX
    Xfinity | xfinity.com | COMCAST CABLE | COMCAST CABLE COMM {n4} | PHILADELPHIA PA
    State Farm | statefarm.com | STATE FARM RO 27 SFPP | STATE FARM INSURANCE | BLOOMINGTON IL
    GEICO | geico.com | GEICO PREM COLL | GEICO *AUTO | MACON GA
    Con Edison | coned.com | CON ED OF NY INTELL CK | CON EDISON | NEW YORK NY
    Adobe | adobe.com | ADOBE INC | ADOBE *ACROPRO SUBS | SAN JOSE CA
    Dropbox | dropbox.com | DROPBOX | DROPBOX*{ref} | DROPBOX.COM CA
    Peloton | onepeloton.com | PELOTON | PELOTON* MEMBERSHIP | NEW YORK NY
    Chewy | chewy.com | CHEWY.COM | CHEWY.COM | PLANTATION FL
    Dollar Shave Club | dollarshaveclub.com | DOLLAR SHAVE CLUB | DOLLAR SHAVE CLUB | MARINA DEL REY CA
    HelloFresh | hellofresh.com | HELLOFRESH | HELLOFRESH | NEW YORK NY
    Patreon | patreon.com | PATREON | PATREON* MEMBERSHIP | SAN FRANCISCO CA
    1Password | 1password.com | 1PASSWORD | 1PASSWORD | TORONTO ON
    GitHub | github.com | GITHUB, INC. | GITHUB, INC. | SAN FRANCISCO CA
    OpenAI | openai.com | OPENAI | OPENAI *CHATGPT SUBSCR | SAN FRANCISCO CA
    Guardian | theguardian.com | GUARDIAN NEWS | GUARDIAN NEWS & MEDIA | LONDON | GB | GBP
    Proton | proton.me | PROTON AG | PROTON AG | GENEVE | CH | CHF
    DAZN | dazn.com | DAZN | DAZN LIMITED | LONDON | GB | GBP
    Ring | ring.com | RING | RING YEARLY PLAN | SANTA MONICA CA
    YouTube | youtube.com | GOOGLE YOUTUBE | GOOGLE *YouTubePremium | g.co/helppay# CA | US | USD | google
    Google One | one.google.com | GOOGLE ONE | GOOGLE *Google One | 855-836-3987 CA | US | USD | google
    Duolingo | duolingo.com | GOOGLE DUOLINGO | GOOGLE *Duolingo | g.co/helppay# CA | US | USD | google
    AAA | aaa.com | AAA | AAA MEMBERSHIP {n4} | HEATHROW FL
    """,
    "US",
    "USD",
)
# Merchants with a subscription among one-off purchases.
GERMAN_MIXED = _known(
    """
    Amazon | amazon.de | AMAZON PAYMENTS EUROPE S.C.A. | AMZN Mktp DE*{ref} | Luxembourg | LU | EUR | amazon
    Deutsche Bahn | bahn.de | DB Vertrieb GmbH | DB VERTRIEB GMBH | Frankfurt
    Apple | apple.com | Apple Distribution International | APPLE.COM/BILL | Hollyhill | IE
    Cineplex | cineplex.de | Cineplex Deutschland GmbH | CINEPLEX {city} | Berlin
    Uber | uber.com | Uber Payments B.V. | UBER *TRIP HELP.UBER.COM | Amsterdam | NL
    """,
    "DE",
    "EUR",
)
US_MIXED = _known(
    """
    Amazon | amazon.com | AMAZON.COM | AMZN Mktp US*{ref} | Amzn.com/bill WA | US | USD | amazon
    Costco | costco.com | COSTCO WHSE | COSTCO WHSE #{store} | ISSAQUAH WA
    Apple | apple.com | APPLE.COM/BILL | APPLE.COM/BILL | 866-712-7753 CA
    Uber | uber.com | UBER TRIP | UBER   *TRIP | SAN FRANCISCO CA
    AMC Theatres | amctheatres.com | AMC | AMC {store} ONLINE | LEAWOOD KS
    """,
    "US",
    "USD",
)
GERMAN_SHOPS = _known(
    """
    REWE | rewe.de | REWE | REWE {city} {store}
    EDEKA | edeka.de | EDEKA | EDEKA {store} SAGT DANKE
    ALDI | aldi-sued.de | ALDI SUED | ALDI SUED SAGT DANKE
    Lidl | lidl.de | Lidl | LIDL {store}
    dm | dm.de | dm-drogerie markt | DM-DROGERIE MARKT {store}
    ARAL | aral.de | ARAL | ARAL STATION {n6}
    Shell | shell.de | Shell | SHELL {store}
    IKEA | ikea.com | IKEA | IKEA DEUTSCHLAND {city}
    Zalando | zalando.de | Zalando SE | ZALANDO {ref}
    MediaMarkt | mediamarkt.de | MediaMarkt | MEDIA MARKT {city}
    Starbucks | starbucks.de | Starbucks | STARBUCKS {store}
    """,
    "DE",
    "EUR",
)
US_SHOPS = _known(
    """
    Trader Joe's | traderjoes.com | TRADER JOE S | TRADER JOE S #{store}
    Whole Foods | wholefoodsmarket.com | WHOLEFDS | WHOLEFDS {city} {store}
    Target | target.com | TARGET | TARGET        000{store}
    Walgreens | walgreens.com | WALGREENS | WALGREENS #{store}
    Shell | shell.us | SHELL OIL | SHELL OIL {n6}
    Chevron | chevron.com | CHEVRON | CHEVRON 00{n6}
    Starbucks | starbucks.com | STARBUCKS | STARBUCKS STORE {n6}
    Home Depot | homedepot.com | THE HOME DEPOT | THE HOME DEPOT #{store}
    Chipotle | chipotle.com | CHIPOTLE | CHIPOTLE {store}
    Lyft | lyft.com | LYFT | LYFT   *RIDE SUN {n4}
    """,
    "US",
    "USD",
)

_PLACES = (
    "Quellental Birkenau Talheim Moosbach Rosenfurt Erlenbrunn Falkenhain Lindenrode Seebrueck Wiesenstein".split()
)
_SIDES = "Nord Süd West Ost Mitte Hafen Altstadt Park".split()
_NAMES = "Hollbach Gerstner Wiemann Thalbach Obermoser Krannich Lautner Feldhus Brenneke Sommerlad".split()
_US_PLACES = "Cedar Hollow|Maple Ridge|Stonebrook|Elk Prairie|Harbor Point|Juniper Falls|Willow Bend|Granite Bay".split(
    "|"
)
_US_NAMES = "Hartwell Pemberton Ackley Donnelly Whitcomb Lindqvist Sorensen Castellan".split()

# kind, name, domain; {p} place, {s} side, {n} surname
GERMAN_INVENTED = (
    ("energy", "Stadtwerke {p} GmbH", "stadtwerke-{p}.de"),
    ("gym", "FitZone Studio {s}", "fitzone-{s}.de"),
    ("paper", "{p}er Tagblatt Verlags GmbH", "{p}er-tagblatt.de"),
    ("school", "Musikschule {p} e.V.", "musikschule-{p}.de"),
    ("box", "Biokiste {n}", "biokiste-{n}.de"),
    ("rent", "Hausverwaltung {n} GmbH", "hv-{n}.de"),
    ("insurance", "{n} Lebensversicherung AG", "{n}-leben.de"),
    ("climbing", "Kletterhalle {p}", "kletterhalle-{p}.de"),
    ("internet", "Netz{p} Glasfaser GmbH", "netz{p}.de"),
    ("club", "TSV {p} 1898 e.V.", "tsv-{p}.de"),
    ("cloud", "{n}Cloud Hosting", "{n}cloud.io"),
    ("care", "Gebäudereinigung {n}", "reinigung-{n}.de"),
    ("water", "Wasserverband {p}", "wasserverband-{p}.de"),
    ("garage", "Parkhaus {p} {s} Betriebs GmbH", "parkhaus-{p}.de"),
)
US_INVENTED = (
    ("energy", "{p} Power & Light", "{p}power.com"),
    ("gym", "{p} Barbell Club", "{p}barbell.com"),
    ("paper", "The {p} Courier", "{p}courier.com"),
    ("school", "{n} School of Music", "{n}music.com"),
    ("box", "{p} Farm Box", "{p}farmbox.com"),
    ("rent", "{n} Property Mgmt", "{n}properties.com"),
    ("insurance", "{n} Mutual Insurance", "{n}mutual.com"),
    ("climbing", "{p} Climbing Gym", "{p}climbing.com"),
    ("internet", "{p} Fiber", "{p}fiber.net"),
    ("club", "{p} Swim & Tennis", "{p}swim.org"),
    ("cloud", "{n}Cloud", "{n}cloud.io"),
    ("care", "{n} Lawn Care LLC", "{n}lawncare.com"),
    ("water", "{p} Water District", "{p}water.gov"),
    ("garage", "{p} Self Storage", "{p}storage.com"),
)
_SPELT = (("ü", "ue"), ("ä", "ae"), ("ö", "oe"), ("ß", "ss"), ("Ü", "Ue"))


def _spelt(text: str) -> str:
    for letter, letters in _SPELT:
        text = text.replace(letter, letters)
    return text


def invented(rng: Random, country: str, kind: str = "") -> tuple[str, Merchant]:
    """A merchant that does not exist: its kind, and itself."""
    german = country == "DE"
    rows = [row for row in (GERMAN_INVENTED if german else US_INVENTED) if kind in ("", row[0])]
    kind, name, domain = rng.choice(rows)
    words = {
        "p": rng.choice(_PLACES if german else _US_PLACES),
        "s": rng.choice(_SIDES),
        "n": rng.choice(_NAMES if german else _US_NAMES),
    }
    shown = name.format(**words)
    where = domain.format(**{key: _spelt(word).replace(" ", "").lower() for key, word in words.items()})
    city = words["p"] if german else f"{rng.choice(_US_PLACES).upper()} NJ"
    card = plain_upper(shown)[: rng.choice((22, 25, 40))].strip()
    return kind, Merchant(where, shown, where, shown, card, city, country, "EUR" if german else "USD")


def plain_upper(text: str) -> str:
    return _spelt(text).upper()
