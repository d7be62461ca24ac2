"""The payee behind one printed charge."""

from __future__ import annotations

import pytest

from vault.relationships.payees import PayeeKey, identify

OWNER = frozenset({"Erika Beispiel"})
OWN_ACCOUNT = "DE89 3704 0044 0532 0130 00"


def payee(
    counterparty: str, purpose: str = "", *, minor: int = -999, creditor: str = "", account: str = ""
) -> PayeeKey:
    return identify(
        counterparty, purpose, creditor, account, minor, own_accounts=frozenset({OWN_ACCOUNT}), own_names=OWNER
    )


VARIANTS = {
    "netflix": """
        NETFLIX.COM 866-579-7172 CA | Netflix International B.V. | NETFLIX.COM | PAYPAL *NETFLIX | VISA DEBIT NETFLIX.COM
        NETFLIX.COM LOS GATOS CA | PURCHASE AUTHORIZED ON 03/14 NETFLIX.COM CA S123456789012345 CARD 1234
        SEPA-BASISLASTSCHRIFT NETFLIX INTERNATIONAL B.V. | netflix.com/bill | PP*NETFLIX COM""",
    "rewe": """
        REWE SAGT DANKE 4711//Köln/DE | REWE Markt GmbH-Zw. | REWE 4711 KOELN | KARTENZAHLUNG REWE SAGT DANKE 12.03.
        EC 65123456 REWE MARKT | Kauf/Dienstleistung REWE""",
    "amazon": """
        AMZN Mktp DE*2H4KX8 | AMAZON PAYMENTS EUROPE S.C.A. | AMAZON.DE*2X4 | AMAZON PRIME | Amazon EU S.a.r.l.
        AMZNPRIME DE*1A2B3C | AMZNMKTPLACE AMAZON.CO.UK | AMZNMktplace""",
    "spotify": """
        VISA PAYPAL *SPOTIFY P0F1 | Spotify AB | SPOTIFY P1A2B3C4D5 STOCKHOLM | PAYPAL *SPOTIFYUSAI | GOOGLE *Spotify""",
    "jos gym": """
        JOES GYM 0042 | Joe's Gym Ltd | CARD PAYMENT TO JOES GYM,12.30 GBP, RATE 1.00/GBP ON 12-03-2024 | SumUp *Joes Gym
        JOES GYM 44871 OAKLAND CA | SQ *JOES GYM | PADDLE.NET* JOES GYM | JOES GYM BERLIN DE | POS JOES GYM 12:30
        CHECKCARD 0314 JOES GYM 866-555-0142 CA | DIRECT DEBIT PAYMENT TO JOES GYM LTD REF 12-99 | joes-gym.example""",
    "muller sohne": """
        Müller & Söhne GmbH & Co. KG | MUELLER UND SOEHNE | MULLER & SOHNE | Mueller + Soehne GmbH""",
    "stadtwerke musterstadt": """
        Stadtwerke Musterstadt GmbH | STADTWERKE MUSTERSTADT | SEPA-Lastschrift Stadtwerke Musterstadt AöR""",
    "tesco": "TESCO STORES 3294 | CARD PAYMENT TO TESCO STORES 3294 LONDON | TESCO PAY AT PUMP 1234",
    "vodafone": "VODAFONE LTD 7012-123 | Vodafone GmbH | Vodafone Kabel Deutschland GmbH",
    "shell": "SHELL OIL 57444 | Shell 1234 Berlin | SHELL STATION",
    "youtube": "GOOGLE *YouTubePremium | GOOGLE *YouTube Premium g.co/helppay | YouTube",
    "disneyplus": "The Walt Disney Company (Benelux) B.V. | DISNEYPLUS.COM | Disney Plus",
    "thenewyorktimes": "NYTIMES*NYTimes Disc | PAYPAL *THENEWYORKTIME | The New York Times",
    "unicef": "Deutsches Komitee fuer UNICEF e.V. | UNICEF",
    "11": "1&1 Telecom GmbH | 1u1 Telecom GmbH | 1und1 Telecom",
    "eon": "E.ON Energie Deutschland GmbH | EON ENERGIE DEUTSCHLAND",
}


@pytest.mark.parametrize(
    ("key", "printed"), [(key, text.strip()) for key, texts in VARIANTS.items() for text in texts.replace("\n", "|").split("|") if text.strip()]
)  # fmt: skip
def test_the_printed_variants_of_a_payee_have_one_key(key: str, printed: str) -> None:
    assert (payee(printed).key, payee(printed).role) == (key, "vendor")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Deutsche Bank AG", "Deutsche Bahn AG"),
        ("Telekom Deutschland GmbH", "Telekom Austria"),
        ("Shell", "Shell Energy Retail Ltd"),
        ("E.ON Energie", "Eon Productions Ltd"),
        ("Apollo", "Apollo Optik"),
        ("Stadtwerke Köln AG", "Stadtwerke Bonn GmbH"),
        ("Tesco Stores", "Tesco Mobile"),
        ("ALDI SUED", "Aldi Talk"),
        ("Sky UK Limited", "SKYSCANNER"),
        ("SKY DIGITAL", "Sky High Trampoline"),
        ("Apple.com/bill", "Apple Tree Nursery"),
        ("H&M", "HM Land Registry"),
        ("1&1 Telecom", "11 Freunde"),
        ("Amazon.de", "Amazon Web Services EMEA SARL"),
        ("Google Ireland", "GOOGLE *YouTube"),
        ("UBER *TRIP", "UBER *EATS"),
        ("Next Retail", "Next Level Gym"),
        ("Deutsche Post AG", "Deutsche Postbank AG"),
        ("Volksbank Musterstadt", "Volksbank Neustadt"),
        ("Studio 54", "Studio 12"),
        ("STADTWERKE 4711 KOELN", "STADTWERKE 4711 BONN"),
    ],
)
def test_look_alikes_have_different_keys(left: str, right: str) -> None:
    assert payee(left).key != payee(right).key


@pytest.mark.parametrize(
    ("counterparty", "purpose", "key", "via"),
    [
        (
            "PayPal (Europe) S.a.r.l. et Cie., S.C.A.",
            "PP.1234.PP . SPOTIFY, Ihr Einkauf bei SPOTIFY",
            "spotify",
            "PayPal",
        ),
        (
            "PayPal Europe S.a.r.l. et Cie S.C.A",
            "1012/PP.5843.PP/. Joes Gym, Ihr Einkauf bei Joes Gym",
            "jos gym",
            "PayPal",
        ),
        ("PayPal Europe", "EREF+1 SVWZ+Ihr Einkauf bei Joes Gym GmbH, Art 12", "jos gym", "PayPal"),
        ("PP.7342.PP . STEAM, Ihr Einkauf bei STEAM", "", "steam", "PayPal"),
        ("PAYPAL", "INST XFER NETFLIX.COM", "netflix", "PayPal"),
        ("Klarna Bank AB (publ)", "Zalando 10203040", "zalando", "Klarna"),
        ("Klarna Bank AB (publ)", "UQ2ODW4NWF99AX7 Allianz Klarna", "allianz", "Klarna"),
        ("SUMUP  *TRATTORIA LUCIA//MUSTERSTAD", "DEBITK.11", "trattoria lucia", "SumUp"),
        ("SQ *TRATTORIA LUCIA", "", "trattoria lucia", "Square"),
        ("Zelle payment to Anna Schmidt Plumbing LLC 9K2", "", "anna schmidt plumbing", "Zelle"),
        ("TST* THE LOCAL", "", "the local", "Toast"),
        ("ZTL*KAFFEE HUBER", "", "kaffee huber", "Zettle"),
        ("2CO.COM*ACRONIS", "", "acronis", "2Checkout"),
        ("DRI*NORTON", "", "nortonlifelock", "Digital River"),
        ("GOOGLE *Komoot", "", "komoot", "Google Play"),
        ("EBAY O*12-34567", "", "ebay", ""),
        ("APPLE.COM/BILL", "", "apple", ""),
    ],
)
def test_a_payment_service_gives_way_to_the_merchant_behind_it(
    counterparty: str, purpose: str, key: str, via: str
) -> None:
    found = payee(counterparty, purpose)
    assert (found.key, found.via) == (key, via)


@pytest.mark.parametrize(
    ("counterparty", "purpose"), [("PayPal Europe S.a.r.l.", "1012345 /. "), ("Klarna Bank AB", ""), ("SumUp Payments Ltd", "4711")]
)  # fmt: skip
def test_a_payment_service_that_names_no_merchant_is_the_payee(counterparty: str, purpose: str) -> None:
    assert payee(counterparty, purpose).key == counterparty.split()[0].lower()


def test_a_payment_services_creditor_id_does_not_identify_the_merchant() -> None:
    paypal = payee("PayPal Europe", "Ihr Einkauf bei Joes Gym", creditor="LU96ZZZ0000000000000000058")
    sumup = payee("SumUp *Joes Gym", creditor="DE98ZZZ09999999999")
    assert paypal.creditor_id == sumup.creditor_id == ""


def test_a_creditor_id_is_kept_without_its_business_code() -> None:
    plain, coded = payee("Joes Gym", creditor="DE98ZZZ09999999999"), payee("Joes Gym", creditor="de98 042 09999999999")
    assert plain.creditor_id == coded.creditor_id == "DE98ZZZ09999999999"
    assert payee("Joes Gym", creditor="none").creditor_id == ""


@pytest.mark.parametrize(
    ("counterparty", "purpose", "minor", "role"),
    [
        ("Erika Beispiel", "", -1, "own"),
        ("BEISPIEL, ERIKA", "", -1, "own"),
        ("Umbuchung", "", -1, "own"),
        ("TRANSFER TO SAVINGS", "", -1, "own"),
        ("Übertrag auf Tagesgeld", "", -1, "own"),
        ("Acme GmbH", "LOHN/GEHALT 03/2024", 1, "income"),
        ("PAYROLL ACME CORP", "", 1, "income"),
        ("Familienkasse", "Kindergeld", 1, "income"),
        ("Acme GmbH", "Lohnsteuerhilfe", -1, "vendor"),
        ("Max Mustermann", "Danke", -1, "person"),
        ("MUSTERMANN MAX", "", 5, "person"),
        ("Anna-Lena Schmidt", "", -1, "person"),
        ("MR J SMITH", "", -1, "person"),
        ("Dr. Anna Schmidt", "", -1, "person"),
        ("Bäckerei Max Huber", "", -1, "vendor"),
        ("Martin-Luther-Gymnasium", "", -1, "vendor"),
        ("Villa Anna", "", -1, "vendor"),
        ("Peter Hahn GmbH", "", -1, "vendor"),
        ("Anna Schmidt GmbH", "", -1, "vendor"),
        ("ATM WITHDRAWAL 0042 MAIN ST", "", -1, "cash"),
        ("GA NR00001234 BLZ12345678", "", -1, "cash"),
        ("Sparkasse Musterstadt", "Geldautomat 12", -1, "cash"),
        ("REWE", "Bargeldauszahlung", -1, "vendor"),
        ("", "Entgeltabschluss", -1, "bank"),
        ("Sparkasse Musterstadt", "Kontoführung 03/24", -1, "bank"),
        ("MONTHLY SERVICE FEE", "", -1, "bank"),
        ("Netflix International B.V.", "Refund", 1, "vendor"),
        ("PAYMENT TO CHASE CARD ENDING IN 3000 08/19", "", -1, "own"),
        ("Payment Thank You-Mobile", "", 1, "own"),
        ("AUTOMATIC PAYMENT - THANK", "", 1, "own"),
        ("PAYMENT RECEIVED - THANK YOU", "", 1, "own"),
        ("ONLINE PAYMENT FROM CHK 1234", "", 1, "own"),
        ("AUTOPAY 999990000012345 AUTO-PMT", "", 1, "own"),
        ("CAPITAL ONE MOBILE PYMT", "", -1, "own"),
        ("CHASE CREDIT CRD AUTOPAY", "PPD ID: 4760039224", -1, "own"),
        ("CHASE HOME MORTGAGE AUTOPAY", "", -1, "vendor"),
        ("VERIZON AUTOPAY", "", -1, "vendor"),
        ("", "Allgemeine Abbuchung", -1, "own"),
        ("", "Bank Deposit to PP Account", 1, "own"),
        ("Wise Europe SA", "P1 Erika Beispiel GBP", -1, "own"),
        ("Wise Europe SA", "P1 Max Mustermann GBP", -1, "vendor"),
        ("Trattoria Lucia", "", -1, "vendor"),
        ("ZELLE PAYMENT TO MIA EXAMPLE BNOD7SSBHNJ", "", -1, "person"),
        ("ZELLE PAYMENT FROM QWERT ZUIOP MOYNLHYWUQH", "", 1, "person"),
        ("VENMO PAYMENT 1029384756", "", -1, "person"),
        ("CASH APP*JANE DOE", "", -1, "person"),
        ("VENMO CASHOUT", "", 1, "own"),
    ],
)
def test_the_role_tells_vendors_from_what_is_none(counterparty: str, purpose: str, minor: int, role: str) -> None:
    assert payee(counterparty, purpose, minor=minor).role == role


def test_one_person_paid_by_zelle_has_one_key_whatever_reference_follows() -> None:
    lines = (
        "ZELLE PAYMENT TO DR. MIA EXAMPLE 9I2M4C0LOED",
        "Zelle payment to Mia Example for rent; Conf# a1",
        "Mia Example",
    )
    assert {payee(line).key for line in lines} == {"person:example mia"}


def test_names_that_are_words_are_persons_only_where_money_goes_to_an_account() -> None:
    account = "DE02120300000000202051"
    assert payee("Robin Placeholder", account=account).role == "person"
    assert payee("Robin Placeholder").role == "vendor"
    assert payee("Grace Hunter", "Mobile Payment").role == "person"
    assert payee("Robin Placeholder", account=account, creditor="DE98ZZZ09999999999").role == "vendor"


@pytest.mark.parametrize("purpose", ["2026-03-25T11:35 DEBITK.11 2028-12", "Kartenzahlung girocard"])
def test_a_shop_that_is_paid_by_card_is_no_person_whatever_it_is_called(purpose: str) -> None:
    assert payee("MARIA SCHMIDT", purpose).role == payee("MARIA SCHMIDT//BONN/DE").role == "vendor"


def test_the_id_of_a_us_company_is_no_part_of_its_name() -> None:
    assert payee("RIVERBEND PROPERTY MGMT PPD ID: 3597881247").key == "riverbend property mgmt"


def test_a_state_behind_a_town_that_no_table_knows_is_kept_for_recognition() -> None:
    assert payee("BLUE FERN STONEBROOK NJ").key == "blu fern stonebrook, nj"
    assert payee("BLUE FERN 190-555-0199 STONEBROOK NJ").key == payee("BLUE FERN OAKLAND CA").key == "blu fern"


def test_a_creditor_id_makes_a_personal_name_a_vendor() -> None:
    assert payee("Max Mustermann", creditor="DE98ZZZ09999999999").role == "vendor"


def test_a_transfer_to_an_own_account_is_no_vendors_whatever_it_is_called() -> None:
    assert payee("Joes Gym", account=OWN_ACCOUNT.replace(" ", "").lower()).role == "own"


def test_the_purpose_names_the_payee_where_the_counterparty_is_empty_or_noise() -> None:
    assert payee("", "NETFLIX.COM").key == payee("VISA", "NETFLIX.COM").key == "netflix"


def test_a_name_in_capitals_is_shown_as_a_person_would_write_it() -> None:
    assert [payee(text).name for text in ("STADTWERKE MUSTERSTADT GMBH", "Kaffeerösterei Hansa eG", "REWE 42")] == [
        "Stadtwerke Musterstadt",
        "Kaffeerösterei Hansa",
        "REWE",
    ]


def test_the_domain_that_a_descriptor_prints_is_kept() -> None:
    assert payee("WWW.JOES-GYM.EXAMPLE 0800123456").host == "joes-gym.example"
    assert payee("Lucky Bike.de GmbH").host == ""


@pytest.mark.parametrize(
    "printed", ["", "   ", "****", "0000 1111", "LASTSCHRIFT", "GmbH", "//", "🦊", "\x00", "a" * 5_000]
)
def test_text_that_names_nobody_is_no_error(printed: str) -> None:
    assert payee(printed).role == "vendor"
