"""Alex Example: an invented person whose bank statements the demonstration reads, told as tables.

Alex works at an invented company in Germany, lived in London before (and kept a bank account and a storage room
there) and has an American credit card. Companies are real, because bank lines name real companies; every number,
reference and amount is invented. Months count from the first month of the story: 0 is two years ago, 24 is now.

The tables say what was agreed; `bookings` turns them into what a bank books (weekends, late and skipped charges);
`truth` says what a reader of the files should find. Nothing here knows a file format.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from web.demo.numbers import iban

Key = Literal["giro", "daily", "savings", "paypal", "london", "usa"]
Kind = Literal["debit", "standing", "transfer", "credit", "salary", "card", "cash", "fee"]

OWNER = "Alex Example"
LOGIN = "alex@example.com"
MONTHS = 24
TERMINAL = "//Musterstadt/DE"


class BankAccount(msgspec.Struct, frozen=True):
    number: str
    currency: str
    opening: str


ACCOUNTS: dict[Key, BankAccount] = {
    "giro": BankAccount(iban("DE", "370400440532013000"), "EUR", "2413.77"),
    "daily": BankAccount(iban("DE", "500105170137075030"), "EUR", "612.40"),
    "savings": BankAccount(iban("DE", "120300000000202051"), "EUR", "7800.00"),
    "paypal": BankAccount("alex@example.com", "EUR", "0.00"),
    "london": BankAccount("20-00-00 55779911", "GBP", "840.15"),
    "usa": BankAccount("4111111111111111", "USD", "0.00"),
}


class Regular(msgspec.Struct, frozen=True):
    """Something booked again and again. Money out is positive here, money in negative, as in an agreement.

    `prices` maps a month to the price from then on. `late` maps a month to days of delay, `twice` a month to the
    days until the second charge came back (0: it never did), `also` a month to a settlement and its text. `skip`
    and `end` are months, `spread` the share by which a price by use varies, `dollars` that it is priced in USD
    and booked in euro. `vendor` is empty where nobody sells anything: pay, own transfers, friends."""

    vendor: str
    title: str
    account: Key
    every: str
    start: int
    day: int
    prices: dict[int, str]
    printed: str
    purpose: str = ""
    kind: Kind = "debit"
    end: int = 999
    skip: tuple[int, ...] = ()
    late: dict[int, int] = {}
    twice: dict[int, int] = {}
    also: dict[int, tuple[str, str]] = {}
    spread: float = 0.0
    dollars: bool = False
    trial: bool = False
    to: Key | Literal[""] = ""


class Habit(msgspec.Struct, frozen=True):
    """Buying without a contract: about `often` times a month, at one of the shops, for a price between two (in cents;
    cash in tens of euro), and sent back with a probability."""

    account: Key
    often: float
    low: int
    high: int
    shops: str
    purpose: str = ""
    kind: Kind = "card"
    returned: float = 0.0


R, H = Regular, Habit
# How a German card terminal and a charge abroad are printed.
CARD = "{on:%Y-%m-%d}T{time} Debitk.11 2028-12"
ABROAD = CARD + " {usd} USD KURS {rate}"
AMAZON = "AMAZON EU S.A R.L., NIEDERLASSUNG DEUTSCHLAND"
PAYPAL_ID = "LU96ZZZ0000000000000000058"  # printed on every PayPal debit in Germany

CONTRACTS = (
    # The flat
    R("Hausverwaltung Muster", "rent", "giro", "P1M", 0, 1, {0: "1080.00", 14: "1120.00"},
      "Hausverwaltung Muster GmbH", "Miete {on:%m.%Y} Beispielweg 7 2. OG links", "standing"),
    R("Vattenfall", "electricity", "giro", "P1M", 0, 3, {0: "84.00", 13: "92.00"},
      "Vattenfall Europe Sales GmbH", "Abschlag Strom {on:%m/%Y} Vertragskonto {ref}",
      also={12: ("47.32", "Jahresabrechnung Strom {ref} Nachzahlung")}),
    R("E.ON", "gas", "giro", "P1M", 0, 15, {0: "76.00", 10: "69.00"},
      "E.ON Energie Deutschland GmbH", "Erdgas Abschlag {on:%m.%Y} VK {ref}", late={6: 4},
      also={9: ("-58.17", "Erdgas Guthaben aus Abrechnung {ref}")}),
    R("Deutsche Telekom", "internet", "giro", "P1M", 0, 9, {0: "39.95", 6: "44.95"},
      "Telekom Deutschland GmbH", "Festnetz Vertragskonto {ref} RG 77{on:%m%y}0", twice={17: 8}),
    R("O2", "mobile, own number", "giro", "P1M", 0, 12, {0: "14.99", 20: "16.99"},
      "Telefonica Germany GmbH + Co. OHG", "KD-NR. 60011223 Rufnummer 0151xxx4711 RG {on:%m%y}"),
    R("O2", "mobile, second number", "giro", "P1M", 0, 21, {0: "9.99"},
      "Telefonica Germany GmbH + Co. OHG", "KD-NR. 60011224 Rufnummer 0151xxx0815 RG {on:%m%y}"),
    R("Rundfunkbeitrag", "broadcasting fee", "giro", "P3M", 1, 15, {0: "55.08"},
      "Rundfunk ARD, ZDF, DRadio", "Rundfunk {on:%m.%Y} Beitragsnr. {ref} Aenderungen bequem: www.rundfunkbeitrag.de"),
    # Insurance
    R("HUK-COBURG", "car insurance", "giro", "P3M", 2, 1, {0: "118.40", 12: "127.10"},
      "HUK-COBURG Allg. Vers. AG", "Kraftfahrtversicherung {ref} Beitrag ab {on:%d.%m.%y}"),
    R("Allianz", "household insurance", "giro", "P1Y", 4, 2, {0: "89.25", 12: "94.10"},
      "Allianz Versicherungs-AG", "Hausrat {ref} Jahresbeitrag"),
    R("Haftpflichtkasse", "liability insurance", "giro", "P1Y", 7, 1, {0: "57.40"},
      "Die Haftpflichtkasse VVaG", "Privathaftpflicht {ref} Beitrag {on:%Y}"),
    R("ARAG", "legal insurance", "giro", "P6M", 3, 10, {0: "98.20", 14: "104.90"},
      "ARAG Allgemeine Vers.-AG", "Rechtsschutz VS-Nr {ref}"),
    # Moving about
    R("Deutsche Bahn", "Deutschlandticket", "giro", "P1M", 0, 2, {0: "58.00", 15: "63.00"},
      "DB Vertrieb GmbH", "Deutschlandticket Abo {ref} {on:%m/%Y}"),
    R("Deutsche Bahn", "BahnCard 25", "daily", "P1Y", 5, 18, {0: "62.90"},
      "DB Vertrieb GmbH", "BahnCard 25 Jahresabo {ref}"),
    R("ADAC", "membership", "giro", "P1Y", 2, 4, {0: "54.00", 12: "64.00"},
      "ADAC e.V.", "Mitgliedsbeitrag {ref}"),
    # Body and soul
    R("Fitness First", "gym", "daily", "P4W", 0, 6, {0: "29.90"},
      "Fitness First Germany GmbH", "Mitgliedschaft {ref} 4-Wochen-Beitrag", end=15),
    R("UNICEF", "donation", "giro", "P1M", 0, 5, {0: "15.00"},
      "Deutsches Komitee fuer UNICEF e.V.", "Herzlichen Dank fuer Ihre Spende {ref}"),
    R("HelloFresh", "meal boxes", "daily", "P1W", 4, 7, {0: "54.99"},
      "HelloFresh Deutschland SE", "Bestellung {code} Kochbox", end=8),
    # Reading, listening, watching
    R("Süddeutsche Zeitung", "SZ Plus", "giro", "P1M", 9, 11, {0: "1.00", 10: "19.99"},
      "Süddeutsche Zeitung GmbH", "SZ Plus Digitalabo {ref}", trial=True),
    R("Netflix", "Standard", "daily", "P1M", 0, 22, {0: "12.99", 8: "13.99"},
      "NETFLIX.COM//Amsterdam/NL", CARD, "card"),
    R("Disney+", "Standard", "daily", "P1M", 0, 30, {0: "8.99", 12: "10.99"},
      "DISNEY PLUS//Amsterdam/NL", CARD, "card", twice={19: 0}),
    R("DAZN", "sport", "daily", "P1M", 2, 14, {0: "24.99"}, "DAZN LIMITED//London/GB", CARD, "card", end=12),
    R("Audible", "audio books", "giro", "P1M", 3, 17, {0: "9.95"},
      "Audible GmbH", "Audible {code} Monatsabo", skip=(18,)),
    R("Spotify", "Premium", "paypal", "P1M", 0, 8, {0: "10.99", 11: "12.99"}, "Spotify AB"),
    R("PlayStation", "PlayStation Plus", "paypal", "P1Y", 1, 23, {0: "71.99"},
      "Sony Interactive Entertainment"),
    R("Amazon", "Prime", "giro", "P1Y", 6, 13, {0: "89.90"},
      AMAZON, "{code} Amazon Prime DE Jahresmitgliedschaft"),
    # Software and storage
    R("Apple", "iCloud+", "daily", "P1M", 0, 26, {0: "2.99"},
      "APPLE.COM/BILL//Hollyhill/IE", CARD, "card", skip=(5,)),
    R("Microsoft", "Microsoft 365", "paypal", "P1Y", 3, 19, {0: "69.00", 12: "99.00"}, "Microsoft Payments"),
    R("STRATO", "domain and mail", "giro", "P1Y", 8, 20, {0: "26.40", 12: "30.00"},
      "STRATO GmbH", "Rechnung {ref} Domain example-alex.de Webmail 12 Monate"),
    R("Hetzner", "small server", "giro", "P1M", 0, 24, {0: "5.40"},
      "Hetzner Online GmbH", "Rechnung R00{ref} K-Nr 2{ref}", spread=0.3),
    R("1Password", "family plan", "daily", "P1Y", 0, 16, {0: "59.88"},
      "1PASSWORD//Toronto/CA", ABROAD, "card", dollars=True),
    R("Notion", "Plus", "daily", "P1M", 6, 4, {0: "10.00"},
      "NOTION LABS, INC.//San Francisco/US", ABROAD, "card", dollars=True),
    R("MediaMarkt", "phone by instalments", "giro", "P1M", 0, 28, {0: "24.95"},
      "Consors Finanz BNP Paribas", "MediaMarkt Finanzierung {ref} Rate {on:%m/%y}", end=17),
    R("Beispielbank", "account fee", "giro", "P3M", 2, 30, {0: "14.85"},
      "", "Entgeltabschluss {on:%m/%Y} Kontofuehrung", "fee"),
    # London
    R("Big Yellow", "storage room", "london", "P4W", 0, 5, {0: "62.00", 11: "66.50"},
      "BIG YELLOW SELF STORAGE", "REF {ref}"),
    R("giffgaff", "SIM card", "london", "P1M", 0, 19, {0: "10.00"},
      "GIFFGAFF", "ON {on:%d %b} BCC", "card", late={9: 6}),
    R("National Trust", "membership", "london", "P1Y", 5, 1, {0: "91.20", 12: "96.00"},
      "NATIONAL TRUST", "{ref}"),
    R("The Guardian", "supporter", "london", "P1M", 0, 13, {0: "12.00", 16: "15.00"},
      "GUARDIAN NEWS & MEDIA", "{ref}"),
    # The American card
    R("New York Times", "digital", "usa", "P4W", 0, 9, {0: "4.00", 12: "20.00"},
      "NYTIMES", "800-698-4637 NY", "card"),
    R("Adobe", "Photography", "usa", "P1M", 0, 11, {0: "9.99", 8: "14.99"},
      "ADOBE  *PHOTOGPHY PLAN", "408-536-6000 CA", "card"),
    R("GitHub", "Pro", "usa", "P1M", 0, 20, {0: "4.00"}, "GITHUB, INC.", "GITHUB.COM CA", "card", skip=(13,)),
    R("Dropbox", "Plus", "usa", "P1Y", 9, 2, {0: "119.88"}, "DROPBOX*7KQ2VX91", "DROPBOX.COM CA", "card"),
    R("Namecheap", "domain", "usa", "P1Y", 10, 27, {0: "14.58", 12: "16.98"},
      "NAME-CHEAP.COM* EXAMPLE", "PHOENIX AZ", "card"),
)  # fmt: skip

# Money that moves without anybody selling anything.
FLOWS = (
    R("", "pay", "giro", "P1M", 0, 27, {0: "-3412.60", 12: "-3518.05"},
      "Musterwerk GmbH", "Lohn/Gehalt {on:%m/%Y}", "salary"),
    R("", "to the daily account", "giro", "P1M", 0, 1, {0: "950.00"},
      OWNER, "Haushaltsgeld", "standing", to="daily"),
    R("", "saving", "giro", "P1M", 0, 28, {0: "500.00"}, OWNER, "Sparen", "standing", to="savings"),
    R("", "for London", "giro", "P3M", 1, 6, {0: "480.00"},
      "Wise Europe SA", "P{ref} Alex Example GBP", "transfer"),
    R("", "from Wise", "london", "P3M", 1, 7, {0: "-409.00"},
      "WISE PAYMENTS LTD", "ALEX EXAMPLE P{ref}", "credit", spread=0.02),
    R("", "card paid", "usa", "P1M", 1, 3, {0: "-60.00"},
      "AUTOMATIC PAYMENT - THANK", "", "credit", spread=0.5),
    R("", "interest", "savings", "P1Y", 2, 30, {0: "-142.31"}, "", "Abrechnung Zinsen", "credit", spread=0.1),
    R("", "a friend's share", "giro", "P1M", 0, 18, {0: "35.00"},
      "Jamie Sample", "Skatkasse", "transfer", skip=(4, 11, 12), spread=0.4),
    R("", "godchild", "giro", "P1M", 0, 10, {0: "25.00"}, "Robin Placeholder", "Taschengeld", "standing"),
    R("", "holiday share", "giro", "P1Y", 8, 25, {0: "-310.00"},
      "Sam Specimen", "Ferienhaus Anteil danke!", "credit"),
    R("", "tax", "giro", "P1Y", 7, 19, {0: "-486.22"},
      "Finanzamt Musterstadt", "EST-Erstattung {on:%Y}", "credit", spread=0.2),
)  # fmt: skip

# Shops of one habit stand between bars; the terminal adds the town where none is given.
HABITS = (
    H("daily", 9, 700, 8600, "REWE SAGT DANKE. 4381|EDEKA BEISPIEL|LIDL 2206|ALDI SÜD", CARD),
    H("daily", 9, 280, 760, "BÄCKEREI KRÜMEL|KAFFEE ECKE|STARBUCKS 4711", CARD),
    H("daily", 5, 1150, 5400, "TRATTORIA ESEMPIO|SUSHI PROBE|VAPIANO|BIERGARTEN MUSTER", CARD),
    H("daily", 2.4, 3800, 8200, "ARAL STATION 1177|SHELL 0815|JET TANKSTELLE", CARD),
    H("daily", 3, 320, 3900, "DM DROGERIEMARKT|ROSSMANN 2231|APOTHEKE AM MARKT", CARD),
    H("daily", 1.3, 1890, 12900, "DB VERTRIEB GMBH//Frankfurt/DE|IKEA|OBI BAUMARKT|DECATHLON", CARD),
    H("daily", 0.7, 99, 2499, "APPLE.COM/BILL//Hollyhill/IE", CARD),
    H("daily", 1.6, 2, 11, "GA NR00001234 BLZ50010517 0", "{on:%d.%m}/{time}UHR BARGELD", "cash"),
    H("giro", 3.2, 690, 9800, f"AMAZON PAYMENTS EUROPE S.C.A.|{AMAZON}", "{code} AMZN Mktp DE", "debit", returned=0.12),
    H("giro", 0.5, 2990, 14990, "Zalando Payments GmbH", "{code} Ihre Bestellung bei Zalando", "debit", returned=0.5),
    H("giro", 0.6, 2500, 18000, "Praxis Dr. Muster|Autohaus Beispiel|Optik Probe", "RG {ref}", "transfer"),
    H("paypal", 1.4, 499, 5999, "Valve Corporation|eBay S.a.r.l.|Lieferando|FlixBus|Bandcamp Inc", returned=0.05),
    H("london", 1.6, 340, 4200, "TFL TRAVEL CH|TESCO STORES 3021|PRET A MANGER|AMZNMKTPLACE", "ON {on:%d %b} BCC"),
    H("usa", 2.2, 499, 6400, "AMAZON MKTPL*{code}|UBER   *TRIP|TRADER JOE S #552|LYFT   *RIDE", "NEW YORK NY"),
)  # fmt: skip

# What the password manager knows: title, address, and months since it was opened. `-` before a title: in the bin.
LOGINS = """
    amazon.de amazon.de 97|Amazon amazon.co.uk 110|Netflix netflix.com 66|Spotify accounts.spotify.com 88
    PayPal paypal.com 120|Disney+ disneyplus.com 50|DAZN dazn.com 22|Audible audible.de 21
    Apple ID appleid.apple.com 130|Microsoft login.live.com 140|Vattenfall service.vattenfall.de 40|E.ON eon.de 40
    Telekom telekom.de 60|o2 login.o2online.de 70|Rundfunk rundfunkbeitrag.de 30|HUK huk.de 44
    Allianz meine.allianz.de 44|ARAG arag.de 39|Bahn accounts.bahn.de 100|ADAC adac.de 65
    Fitness First fitnessfirst.de 36|UNICEF unicef.de 33|HelloFresh hellofresh.de 20|SZ login.sueddeutsche.de 15
    Strato strato.de 77|Hetzner accounts.hetzner.com 55|1Password my.1password.com 26|Notion notion.so 18
    MediaMarkt mediamarkt.de 41|Zalando zalando.de 80|IKEA ikea.com 75|Big Yellow bigyellow.co.uk 48
    giffgaff giffgaff.com 101|National Trust nationaltrust.org.uk 99|Guardian profile.theguardian.com 90
    NYT myaccount.nytimes.com 58|Adobe account.adobe.com 83|GitHub github.com 115|Dropbox dropbox.com 118
    Namecheap namecheap.com 92|Etsy etsy.com 71|LinkedIn linkedin.com 125|Airbnb airbnb.com 95|Komoot komoot.com 49
    Duolingo duolingo.com 62|Reddit reddit.com 108|-Tumblr tumblr.com 135|-Groupon groupon.de 128
    old forum forum.example.org 150
"""
BROWSER = """
    steampowered.com 104|ebay.de 119|lieferando.de 64|flixbus.de 57|bandcamp.com 93|decathlon.de 46|booking.com 81
    kleinanzeigen.de 69|doctolib.de 38|zalando.de 80|netflix.com 66|store.playstation.com 53|wise.com 72
    check24.de 34|stackoverflow.com 112|vinted.de 29
"""
