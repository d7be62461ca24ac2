"""What the butler keeps between decisions is what the same bytes come to: whoever changes rules or settings, the next decision
is by them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terms.proof import offer_signature
from tests.vault.conftest import NOW, Made
from tests.vault.traders import ISSUER, Trader, trader, with_rules
from vault import ids, meeting, trading
from vault.access import registration
from vault.butler import decisions, keeping, market, rulebook, settings
from vault.butler.counting import Counts
from vault.butler.decisions import Butler
from vault.butler.disclosing import told
from vault.meeting import Standing, TurnedAwayError
from vault.policy.requests import of_json
from vault.policy.verdicts import Kind, Verdict
from vault.session import Vault
from vault.store import decisions as store
from vault.store.decisions import RequestRow
from vault.times import stamp

REFUSED = """
[[rule]]
id = "no-power"
for = ["offer"]
when = ["offer.category within energy"]
then = "refuse"
"""
TAKEN = REFUSED.replace("refuse", "accept").replace("no-power", "power")


def verdict(vault: Vault, price: int = 4_000) -> Verdict:
    offer = {"title": "Power", "category": "energy.electricity", "price": {"minor": price, "currency": "EUR"}}
    asked = of_json({"kind": "offer", "vendor": "https://power.example", "offer": offer})
    return Butler(vault, now=NOW).considered(asked, signature="valid").outcome.verdict


def beside(vault: Vault) -> Vault:
    """The vault as another process has it."""
    return Vault.beside(vault.home, vault.keys.root, now=NOW, by="test", turn="writes")


def test_rules_that_another_process_installs_decide_the_next_request(vault: Vault) -> None:
    rulebook.install(vault, REFUSED, "mine")
    vault.share(patience_seconds=5)
    assert [verdict(vault) for _ in range(3)] == [Verdict.REFUSE] * 3
    with beside(vault) as other:
        rulebook.install(other, TAKEN, "theirs")
    assert verdict(vault) is not Verdict.REFUSE
    with beside(vault) as other:
        rulebook.undo(other)
    assert verdict(vault) is Verdict.REFUSE


def test_settings_that_another_process_puts_hold_at_once(vault: Vault) -> None:
    vault.share(patience_seconds=5)
    assert settings.present(vault.connection).disclosure == "code"
    with beside(vault) as other:
        settings.put(other, "disclosure", ("counter",))
    assert settings.present(vault.connection).disclosure == "counter"


def test_rules_that_were_taken_back_with_their_transaction_decide_nothing(vault: Vault) -> None:
    class Undone(Exception):
        pass

    rulebook.install(vault, REFUSED, "mine")
    try:
        with vault.transaction():
            rulebook.install(vault, TAKEN, "theirs")
            assert verdict(vault) is not Verdict.REFUSE
            raise Undone
    except Undone:
        pass
    assert verdict(vault) is Verdict.REFUSE


def test_each_pause_has_one_answer_and_begins_with_the_first_request_after_the_one_before(vault: Vault) -> None:
    rulebook.install(vault, REFUSED, "mine")
    began, answered = vault.now, []
    for day in (0, 1, 6, 7, 13, 15, 30):
        vault.now = began + timedelta(days=day)
        offer = {
            "title": f"Power {day}",
            "category": "energy.electricity",
            "price": {"minor": 4_000, "currency": "EUR"},
        }
        asked = of_json({"kind": "offer", "vendor": "https://power.example", "offer": offer})
        one = Butler(vault, now=vault.now)
        made = one.decide(asked, source="api", signature="valid")
        answered.append((day, told(vault, made, one.settings).verdict))
    # Asked again later, each is answered as it was: what came after changes nothing.
    assert answered == [
        (0, "refuse"), (1, "received"), (6, "received"), (7, "refuse"), (13, "received"), (15, "refuse"), (30, "refuse"),
    ]  # fmt: skip


def test_vendors_are_kept_while_only_offers_and_releases_are_written_and_read_anew_after_anything_else(
    vault: Vault,
) -> None:
    today = NOW.date()
    vault.share(patience_seconds=5)
    first = keeping.records(vault, today)
    with vault.transaction():
        vault.log("release.made", {})
        vault.log("offer.received", {})
    assert keeping.records(vault, today) is first
    assert keeping.records(vault, today + timedelta(days=1)) is not first

    before = keeping.records(vault, today)
    with beside(vault) as other, other.transaction():
        other.log("vendor.renamed", {})
    assert keeping.records(vault, today) is not before


def test_vendors_that_were_read_in_a_transaction_that_was_taken_back_are_not_kept(vault: Vault) -> None:
    class Undone(Exception):
        pass

    today = NOW.date()
    try:
        with vault.transaction():
            vault.log("vendor.renamed", {})
            inside = keeping.records(vault, today)
            raise Undone
    except Undone:
        pass
    with vault.transaction():
        vault.log("release.made", {})
    assert keeping.records(vault, today) is not inside


def taken_back(vault: Vault, what: Callable[[], object]) -> None:
    """What is done in a transaction that does not come to its end."""

    class Undone(Exception):
        pass

    def done() -> None:
        with vault.transaction():
            what()
            raise Undone

    with pytest.raises(Undone):
        done()


def brings(one: Trader, minor: int) -> trading.Shown:
    """As the server takes it: with what is kept from the offers before."""
    keys = registration(one.shop.document()).keys
    signed = offer_signature.verify(one.signed(minor), keys, client=one.shop.url, issuer=ISSUER)
    butler = meeting.butler_at_first(one.vault)
    with one.vault.transaction():
        return trading.shown_at_first(one.vault, butler, trading.take(one.vault, butler, one.number, signed))


def brings_several(one: Trader, count: int) -> None:
    for number in range(count):
        brings(one, 9_100 + number)


def counted(vault: Vault, shown: trading.Shown) -> object:
    decision = market.offer(vault, ids.number_of("request", shown.id)).decision
    return decisions.facts_of(vault, decision)["vendor.offers_this_week"]


def test_offers_are_counted_and_answered_by_what_is_kept_as_by_what_is_read_anew(vault: Vault) -> None:
    one, other = trader(with_rules(vault), word=Standing.YES), trader(vault, "gas", seed=8, word=Standing.YES)
    began, taken, answers = vault.now, list[int](), []
    # A day, and what happens on it: an offer, one that is taken back with its transaction, one of another vendor.
    for day, what in (
        (0, "undone"),
        (0, "offer"),
        (0, "undone twice"),
        (0, "offer"),
        (1, "other"),
        (2, "offer"),
        (8, "undone"),
        (8, "offer"),
    ):
        vault.now = began + timedelta(days=day)
        if what.startswith("undone"):
            taken_back(vault, partial(brings_several, one, len(what.split())))
        elif what == "other":
            brings(other, 2_500)
        else:
            shown = brings(one, 9_000 + len(taken))
            assert counted(vault, shown) == sum(day - before < 7 for before in taken)
            assert shown == trading.shown(vault, trading.own(vault, one.number, shown.id))
            taken.append(day)
            answers.append(shown.answer and shown.answer.verdict)
    assert answers[1:] == ["received", "received", answers[0]]


def test_who_is_sent_away_is_refused_with_the_next_offer_whatever_is_kept(vault: Vault) -> None:
    one = trader(with_rules(vault), word=Standing.YES)
    brings(one, 2_500)
    meeting.screen(vault, [one.number], Standing.NEVER)
    with pytest.raises(TurnedAwayError):
        brings(one, 2_501)


def test_rules_and_settings_that_change_hold_for_the_next_offer_whatever_is_kept(vault: Vault) -> None:
    one = trader(with_rules(vault), word=Standing.YES)

    def verdict_of(minor: int) -> str:
        shown = brings(one, minor)
        return market.offer(vault, ids.number_of("request", shown.id)).decision.verdict

    rulebook.install(vault, TAKEN.replace("energy", "telecom"), "mine")
    assert verdict_of(2_500) == "accept"
    rulebook.install(vault, REFUSED.replace("energy", "telecom"), "mine")
    assert verdict_of(2_501) == "refuse"
    rulebook.install(vault, TAKEN.replace("energy", "telecom"), "mine")
    settings.put(vault, "paused", ("yes",))
    assert verdict_of(2_502) == "ask"


KINDS = (Kind.OFFER, Kind.PROMOTION)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a.example", "b.example"]), st.sampled_from([*KINDS, Kind.MESSAGE]), st.integers(0, 9)
        ),
        max_size=12,
    ),
    st.integers(0, 9),
)
def test_requests_are_counted_as_the_table_counts_them(
    counting: Vault, rows: list[tuple[str, Kind, int]], since: int
) -> None:
    counts, vault = Counts(counting.connection), counting
    begin = stamp(NOW + timedelta(hours=since))

    def count() -> None:
        for number, (domain, kind, hour) in enumerate(rows, start=1):
            at = stamp(NOW + timedelta(hours=hour))
            row = RequestRow(number, kind, f"https://{domain}", domain, None, "{}", "", None, "file", at)
            store.add_request(vault.connection, row)
            counts.read_on()
            found = len(store.times_since(vault.connection, "a.example", begin, KINDS))
            assert counts.since("a.example", begin, KINDS) == found

    taken_back(vault, count)


@pytest.fixture(scope="module")
def counting(template: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    home = tmp_path_factory.mktemp("counting") / "vault"
    shutil.copytree(template.home, home)
    with template._replace(home=home).open() as vault:
        yield vault
