"""Words as banks print them: one folding for all spellings, and tables of words that carry no name.

`fold` makes every printed spelling of a word equal: case, accents, `ß`/`ss`, and umlauts however they were
transcribed (`ü`, `ue`, `u`). It is idempotent. `squash` does the same to a run of words and drops the gaps, so
that `JOES GYM`, `joes-gym` and `Joe's Gym` agree.

The tables are facts in several languages: legal forms (EU registers' and national company forms), qualifiers that
companies of one group add to their name, words that name a trade and not a firm, large cities, given names. A word
that is missing costs a miss (two rows for one vendor), never a false merge.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

_SPECIAL = {"ß": "ss", "æ": "a", "œ": "o", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
_TRANSCRIBED = re.compile("([aou])e+")
_DROPPED = dict.fromkeys(map(ord, "'’`´"), "")


def _plain(char: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
    return _SPECIAL.get(char, bare).lower()


# Latin-1, Latin Extended-A and -B, and Latin Extended Additional (Vietnamese and others).
_PLAIN = {ord(c): _plain(c) for c in map(chr, (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)))} | _DROPPED


def fold(text: str) -> str:
    """Lower case without accents; umlauts, transcribed or not, as their bare vowel; apostrophes dropped."""
    low = text.lower()
    if not low.isascii():
        low = unicodedata.normalize("NFKC", low).translate(_PLAIN)
    elif "'" in low or "`" in low:
        low = low.translate(_DROPPED)
    return _TRANSCRIBED.sub(r"\1", low)


def squash(words: Iterable[str]) -> str:
    """The words as one folded run of letters and digits."""
    return _squashed("".join(words))


# Names are compared many times in one run; bounded so that hostile input cannot grow it.
@lru_cache(maxsize=32_768)
def _squashed(text: str) -> str:
    return fold("".join(filter(str.isalnum, fold(text))))


def _folded(text: str) -> frozenset[str]:
    return frozenset(fold(word) for word in text.split())


# A legal form ends the name: what follows is a place, a branch or a reference.
LEGAL_ENDS = _folded(
    "gmbh ggmbh mbh ltd limited inc incorporated llc llp plc bv nv ag kg kgaa ohg ug gbr ek ev eg ab aps oy oyj asa"
    " sarl srl sas scs sca sprl bvba vof cv lda eood ood doo dd sro spzoo zoo kft zrt nyrt pty corp corporation"
    " cie sccl slu sau haftungsbeschraenkt aktiengesellschaft gesellschaft publ dac uab sia oue spolka cooperativa"
    " aoer kdoer anstalt koerperschaft zweigniederlassung zwnl zw niederlassung"
)
# What a statement says after the name: a reference follows, or the kind of payment.
NAME_ENDS = _folded(
    "rechnung rechnungen rechnungsnr rechnungsnummer rgnr renr invoice facture factura fattura faktura ref reference"
    " referenz kundennr kundennummer kdnr vertragsnr vertragsnummer vertragskonto mandat mandatsref mandate beitrag"
    " monatsbeitrag mitgliedsbeitrag jahresbeitrag abschlag abschlagszahlung bestellnr auftragsnr gbp eur usd chf"
)
# Forms that are also words: only as the last word (or before another form).
LEGAL_LAST = _folded("se sa as a/s sl spa co company cooperative coop group gruppe holding holdings ou et und and &")
# What group companies add to the brand's name, and what shops, contracts and statements add to it.
QUALIFIERS = _folded(
    "deutschland germany europe europa eu emea international intl global worldwide uk gb usa us nederland netherlands"
    " france italia espana polska oesterreich schweiz ireland luxembourg luxemburg"
    " vertrieb vertriebs sales service services kundenservice customer solutions operations"
    " group gruppe holding holdings digital online store stores shop webshop onlineshop app com www"
    " payment payments pay zahlung abo subscription membership monthly premium plus family"
    " retail direct direkt filiale markt sagt danke dankt vielen dank"
)
COUNTRY_WORDS = {
    fold(word): code
    for word, code in (
        pair.split(":")
        for pair in (
            "austria:at österreich:at schweiz:ch switzerland:ch suisse:ch svizzera:ch france:fr frankreich:fr italia:it"
            " italy:it italien:it espana:es españa:es spain:es spanien:es polska:pl poland:pl polen:pl nederland:nl"
            " netherlands:nl belgium:be belgie:be belgique:be ireland:ie denmark:dk danmark:dk sverige:se sweden:se"
            " norge:no norway:no suomi:fi finland:fi portugal:pt czech:cz hungary:hu magyar:hu romania:ro slovenija:si"
            " croatia:hr hrvatska:hr greece:gr hellas:gr canada:ca australia:au japan:jp india:in brasil:br mexico:mx"
        ).split()
    )
}
# A trade, not a firm: never a vendor's whole name by itself, and the place after it is part of the name.
TRADES = _folded(
    "stadtwerke stadtwerk gemeindewerke sparkasse kreissparkasse stadtsparkasse volksbank raiffeisenbank vr bank"
    " hotel restaurant ristorante trattoria osteria taverna brasserie biergarten gasthaus gasthof wirtshaus brauhaus"
    " steakhouse kaffee coffee kaffeehaus eisdiele gelateria pizzeria pizza cafe bar bistro imbiss kiosk baeckerei backerei bakery boulangerie"
    " apotheke pharmacy pharmacie farmacia drogerie metzgerei fleischerei supermarkt supermarket market markt"
    " taxi parkhaus parking parkplatz tankstelle autohaus kfz werkstatt garage friseur salon studio fitness gym"
    " club verein tierarzt zahnarzt arzt praxis klinik klinikum krankenhaus hospital clinic universitaet university"
    " uni hochschule schule school college museum theater kino cinema zoo tierpark messe flughafen airport bahnhof"
    " stadt gemeinde kreis landkreis landratsamt finanzamt hauptzollamt stadtkasse kommune council city county"
    " versicherung insurance assurance versicherungen krankenkasse energie energy strom gas water wasser power"
    " wasserwerke verkehrsbetriebe verkehrsverbund metro bus ubahn hausverwaltung immobilien wohnungsbau"
    " wohnungsgenossenschaft shop store laden buchhandlung books blumen flowers radio zeitung news post verlag"
    " polizei police feuerwehr kita kindergarten caritas diakonie kirche church buero office hausverein mieterverein eintracht hertha fc sv tsv"
    " design computer software telecom telekom mobile internet media music musik sport sports yoga dental optik optiker"
    " sanitaetshaus reinigung laundry cleaning elektro moebel getraenke getraenkemarkt weinhandlung wine spa therme"
    " services service solutions consulting beratung handel trading hosting web online digital kanzlei notar"
    " steuerberater"
    " bank credit union house haus home garden garten auto car cars rent miete vermietung fahrschule hof gut kg the"
)
# Words that many firms begin with.
ADJECTIVES = _folded(
    "deutsche deutscher deutsches german british american national international european allgemeine allgemeiner"
    " bayerische berliner hamburger koelner muenchner frankfurter wiener schweizer swiss austrian first united royal"
    " general global central digital direct smart green north south east west nord sued city world euro erste neue"
    " good great best super mega power future alpha delta omega premium classic blue black white golden silver union"
)
# Given names of several languages, for telling a person from a firm (`given_names.txt`: those with `~` are also words,
# places or firms).
_NAMES = resources.files("vault.relationships").joinpath("given_names.txt").read_text(encoding="utf-8")
GIVEN_NAMES = _folded(" ".join(name for name in _NAMES.split() if name[0] != "~"))
WORDS_AND_NAMES = _folded(" ".join(name[1:] for name in _NAMES.split() if name[0] == "~"))
# Before a given name these make a place or a shop of it (`Villa Anna`, `Chez Pierre`, `Santa Maria`).
NOT_SURNAMES = _folded(
    "casa villa la le el il lo los las santa san sankt st saint don dona mama papa chez bei by little big new old the"
    " da di de del della haus hof gut big my uncle aunt tante onkel king queen miss team atelier galerie"
)
# Only before a person; the others stand before firms too (`Dr. Oetker`).
SALUTATIONS = _folded("mr mrs ms miss mx herr frau sra mme mlle")
TITLES = SALUTATIONS | _folded("dr med prof")
# Endings of compounds that no family name has.
FIRM_ENDINGS = tuple(
    fold(ending)
    for ending in (
        "schule gymnasium gemeinde gesellschaft institut stiftung verein praxis praxisgemeinschaft handel verlag"
        " kasse versicherung versicherungen dienst zentrum center technik service systeme werke betriebe agentur"
        " apotheke klinik krankenhaus universitaet akademie genossenschaft verwaltung verband kirche strasse versand"
    ).split()
)

# Large cities and towns; dropped from the end of a card descriptor only where something else marks the end of the name.
CITIES = _folded(
    "berlin hamburg muenchen munich koeln cologne frankfurt stuttgart duesseldorf dortmund essen leipzig bremen dresden"
    " hannover nuernberg duisburg bochum wuppertal bielefeld bonn muenster mannheim karlsruhe augsburg wiesbaden"
    " gelsenkirchen moenchengladbach braunschweig chemnitz kiel aachen halle magdeburg freiburg krefeld luebeck mainz"
    " erfurt rostock kassel hagen saarbruecken potsdam oldenburg osnabrueck leverkusen heidelberg darmstadt regensburg"
    " ingolstadt wuerzburg ulm heilbronn goettingen wolfsburg jena trier koblenz wien vienna graz linz salzburg"
    " innsbruck zuerich zurich genf geneva geneve basel bern lausanne luzern winterthur london manchester birmingham"
    " leeds glasgow edinburgh liverpool bristol sheffield cardiff belfast newcastle nottingham leicester brighton"
    " oxford cambridge reading slough southampton portsmouth york bath dublin cork galway limerick paris lyon"
    " marseille toulouse nice nantes strasbourg bordeaux lille amsterdam rotterdam utrecht eindhoven haag bruxelles"
    " brussels antwerpen gent luxembourg luxemburg madrid barcelona valencia sevilla malaga bilbao lisboa lisbon porto"
    " roma rome milano milan torino napoli firenze bologna venezia verona warszawa warsaw krakow wroclaw poznan gdansk"
    " praha prague brno budapest bratislava ljubljana zagreb bucuresti sofia athens stockholm goteborg malmo oslo"
    " bergen kobenhavn copenhagen aarhus helsinki tallinn riga vilnius chicago houston seattle boston denver austin"
    " dallas portland oakland sacramento philadelphia phoenix detroit atlanta miami brooklyn cupertino toronto montreal"
    " vancouver sydney melbourne gatos francisco angeles diego jose antonio vegas york neustadt musterstadt"
)
# First words of two-word cities, dropped together with the second (`LOS GATOS`, `SAN FRANCISCO`, `NEW YORK`).
CITY_OPENERS = _folded("los las san santa new el fort st den bad palo mountain")
# Codes that are seldom a word; one of these may follow a single word (`ZENTRIX DE`, but `Fashion ID`).
COUNTRY_CODES = frozenset(
    "de at ch fr nl gb uk ie lu be pt pl cz dk deu gbr irl usa us nld lux aut che fra ita ca bel dnk swe prt".split()
)
# ISO 3166 codes as card schemes print them, and US states and Canadian provinces.
PLACE_CODES = _folded(
    "de deu at aut ch che fr fra nl nld be bel lu lux it ita es esp pt prt gb gbr uk ie irl dk dnk se swe no nor fi fin"
    " pl pol cz cze hu hun us usa ca can au aus ee est lv lva lt ltu gr grc ro rou bg bgr hr hrv si svn sk svk mt mlt"
    " al ak az ar co ct fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc"
    " sd tn tx ut vt va wa wv wi wy dc on qc bc ab"
)
# US states and Canadian provinces, but for Delaware, whose code is Germany's: before one of these stands a town.
STATE_CODES = frozenset(
    "al ak az ar ca co ct fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri"
    " sc sd tn tx ut vt va wa wv wi wy dc on qc bc ab".split()
)
