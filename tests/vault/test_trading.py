"""Signed offers and intentions between the vault and its vendors: who sees what, what is taken, and what an award makes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from terms.errors import FirstpartyError
from terms.proof import offer_signature
from terms.proof.token_refusals import TokenRefused
from tests.vault.butlers import RULES
from tests.vault.conftest import NOW
from tests.vault.traders import DATA, ISSUER, PRACTICE, Trader, intended, trader, with_rules
from vault import granting, ids, profile, trading
from vault.butler import decisions, market
from vault.butler import settings as butler_settings
from vault.butler.market import MarketError, NotFoundError
from vault.granting.giving import NoAgreementError, NotAllowedError
from vault.meeting import Standing, TurnedAwayError, screen
from vault.policy.intention_life import Event, State
from vault.policy.strict import DocumentError
from vault.policy.verdicts import Verdict
from vault.session import Vault
from vault.store import audit
from vault.store import trading as store


def test_an_offer_for_an_intention_is_decided_at_once_and_kept_byte_for_byte(vault: Vault) -> None:
    one, want = trader(with_rules(vault)), intended(vault)
    text = one.signed(2500, intent=one.name_of(want))
    row = one.brings(text)
    found = one.shown(row)
    assert (found.state, found.intent) == ("stands", one.name_of(want))
    assert found.answer is not None
    assert found.answer.verdict == "accept"
    kept = store.signed(vault.connection, row.request)
    assert kept is not None
    assert kept.jws == text
    assert found.sha256 == offer_signature.digest(text)
    assert market.offer(vault, row.request).decision.effect == "eligible"


def test_the_same_bytes_are_the_same_offer_however_late(vault: Vault) -> None:
    one, want = trader(with_rules(vault)), intended(vault)
    text = one.signed(2500, intent=one.name_of(want))
    first = one.brings(text)
    vault.now = NOW + timedelta(days=1)
    assert one.brings(text) == first
    assert len(market.offers(vault)) == 1


@pytest.mark.parametrize(("seconds", "code"), [(301, "too-late"), (-61, "too-early")])
def test_an_offer_is_signed_shortly_before_it_is_sent(vault: Vault, seconds: int, code: str) -> None:
    one = trader(with_rules(vault), word=Standing.YES)
    text = one.signed(2500)
    vault.now = NOW + timedelta(seconds=seconds)
    with pytest.raises(trading.OfferRefusedError, match=code):
        one.brings(text)
    for inside in (300, -60):
        vault.now = NOW
        text = one.signed(2500)
        vault.now = NOW + timedelta(seconds=inside)
        one.brings(text)


# --- who sees what ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "seen"),
    [
        (None, {"strict", "loose"}),
        ({"agreement": True}, {"strict", "loose"}),
        ({"vendors": ["https://named.example/x"]}, {"named"}),
        ({"vendors": ["named.example"], "agreement": True}, {"strict", "loose", "named"}),
        ({"category": True}, set()),
    ],
)
def test_an_audience_lets_in_whom_it_names(vault: Vault, audience: object, seen: set[str]) -> None:
    terms = {"strict": "SD-BASE", "loose": "SD-BASE-A", "named": None, "stranger": None}
    traders = {name: trader(vault, name, terms=one, seed=n + 3) for n, (name, one) in enumerate(terms.items())}
    more: dict[str, Any] = {} if audience is None else {"audience": audience}
    want = intended(vault, **more)
    assert {name for name, one in traders.items() if one.sees(want)} == seen
    assert {name for name, one in traders.items() if "intent.published" in one.types} == seen


def test_terms_of_an_intention_let_in_whose_agreement_protects_as_much(vault: Vault) -> None:
    strict, loose = trader(vault, "strict"), trader(vault, "loose", terms="SD-BASE-A", seed=9)
    assert [one.sees(intended(vault, terms="SD-BASE")) for one in (strict, loose)] == [True, False]
    assert [one.sees(intended(vault, terms="SD-BASE-A")) for one in (strict, loose)] == [True, True]


@pytest.mark.parametrize(
    ("said", "wanted", "seen"),
    [
        ("telecom.mobile", "telecom.mobile", True),
        ("telecom", "telecom.mobile", True),
        ("telecom.mobile", "telecom", True),
        ("energy", "telecom.mobile", False),
        (None, "telecom.mobile", False),
    ],
)
def test_an_audience_of_a_category_is_whoever_deals_in_it_above_or_under_it(
    vault: Vault, said: str | None, wanted: str, seen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vault import meeting

    one = trader(vault, terms=None)
    monkeypatch.setattr(meeting, "category", lambda vault, client: said or "")
    assert one.sees(intended(vault, category=wanted, audience={"category": True})) is seen


@pytest.mark.parametrize("word", [Standing.NOT_NOW, Standing.NEVER])
def test_a_vendor_that_was_sent_away_sees_nothing_and_is_told_nothing(vault: Vault, word: Standing) -> None:
    one = trader(vault)
    early = intended(vault)
    screen(vault, [one.number], word)
    late = intended(vault)
    assert not one.sees(early)
    assert not one.sees(late)
    trading.move(vault, early.row.id, Event.CLOSE)
    assert one.types == ["intent.published"]
    with pytest.raises(NotFoundError):
        one.offers(want=early)


def test_a_vendor_that_is_let_in_or_comes_to_terms_later_hears_of_what_is_open_once(vault: Vault) -> None:
    early, refused = trader(vault), trader(vault, "refused", seed=11)
    screen(vault, [refused.number], Standing.NEVER)
    open_one, over = intended(vault), intended(vault)
    trading.move(vault, over.row.id, Event.CLOSE)
    late = trader(vault, "late", seed=12)
    told_before = list(refused.types)
    for _ in range(2):
        trading.tell_newcomers(vault)
        assert late.types == ["intent.published"]
        assert early.types.count("intent.published") == 2
        assert refused.types == told_before
    screen(vault, [refused.number], Standing.YES)
    trading.tell_newcomers(vault)
    assert refused.types == [*told_before, "intent.published"]
    trading.move(vault, open_one.row.id, Event.CLOSE)
    assert late.types == ["intent.published", "intent.closed"]


def test_what_is_not_published_is_seen_by_nobody_even_after_its_end(vault: Vault) -> None:
    one = trader(vault)
    draft = intended(vault, publish=False, draft=True)
    local = intended(vault, publish=False)
    for want in (draft, local):
        trading.move(vault, want.row.id, Event.WITHDRAW)
        with pytest.raises(NotFoundError):
            trading.seen(vault, trading.viewer(vault, one.number), want.row.id)
    assert one.types == []


@pytest.mark.parametrize(
    "audience", [{}, {"vendors": []}, {"vendors": ["!!"]}, {"agreement": False}, {"everybody": True}]
)
def test_an_audience_that_lets_nobody_in_or_does_not_read_is_refused(vault: Vault, audience: object) -> None:
    with pytest.raises(DocumentError):
        intended(vault, audience=audience)


def test_open_intentions_are_listed_in_pages(vault: Vault) -> None:
    one = trader(vault)
    wants = [intended(vault, category=category) for category in ("telecom.mobile", "energy", "energy.gas", "telecom")]
    who = trading.viewer(vault, one.number)
    names = [one.name_of(want) for want in wants]
    first, last = trading.listed(vault, who, limit=3)
    assert [found.id for found in first] == names[:3]
    assert last == wants[2].row.id
    rest, none = trading.listed(vault, who, after=last, limit=3)
    assert ([found.id for found in rest], none) == (names[3:], None)
    energy, _ = trading.listed(vault, who, category="energy", limit=3)
    assert [found.id for found in energy] == names[1:3]
    assert trading.listed(vault, who, limit=4)[1] is None


# --- offers that nobody asked for ---------------------------------------------------------------------------------------


def test_an_offer_nobody_asked_for_waits_behind_the_screener_and_is_judged_when_its_vendor_is_let_in(
    vault: Vault,
) -> None:
    one = trader(with_rules(vault), terms=None)
    rows = [one.offers(2500), one.offers(7000)]
    assert [one.shown(row).state for row in rows] == ["held", "held"]
    assert [one.shown(row).answer for row in rows] == [None, None]
    assert market.offers(vault) == []
    screen(vault, [one.number], Standing.YES)
    vault.now = NOW + timedelta(days=30)
    assert trading.judge_held(vault, one.number, vault.now) == 2
    assert trading.judge_held(vault, one.number, vault.now) == 0
    assert [one.shown(row).state for row in rows] == ["stands", "stands"]
    assert [market.offer(vault, row.request).decision.verdict for row in rows] == ["accept", "refuse"]
    assert one.types == ["offer.decided", "offer.decided"]
    assert one.offers(2500).state == "judged"


@pytest.mark.parametrize("word", [Standing.NOT_NOW, Standing.NEVER])
def test_a_vendor_that_was_sent_away_makes_no_offers(vault: Vault, word: Standing) -> None:
    one = trader(vault, word=word)
    with pytest.raises(TurnedAwayError):
        one.offers()
    assert store.signed_of(vault.connection, one.number) == []


def test_only_so_many_offers_wait_behind_the_screener(vault: Vault) -> None:
    one = trader(vault, terms=None)
    rows = [one.offers() for _ in range(10)]
    with pytest.raises(trading.HeldFullError):
        one.offers()
    one.withdraws(rows[0])
    assert one.shown(rows[0]).state == "withdrawn"
    one.offers()
    screen(vault, [one.number], Standing.YES)
    assert trading.judge_held(vault, one.number, vault.now) == 10


def test_no_offer_is_another_ones_id(vault: Vault) -> None:
    """What waits has an id that no other request gets."""
    one = trader(with_rules(vault), terms=None)
    known = trader(vault, "known", word=Standing.YES, seed=9)
    rows = [who.offers() for _ in range(5) for who in (one, known)]
    assert len({row.request for row in rows}) == 10


# --- limits and withdrawal ----------------------------------------------------------------------------------------------


def test_a_vendor_makes_as_many_offers_as_are_taken_withdrawn_ones_included(vault: Vault) -> None:
    one, want = trader(with_rules(vault)), intended(vault, max_offers_per_vendor=2)
    who = trading.viewer(vault, one.number)

    def left() -> int:
        return trading.projected(vault, who, market.want(vault, want.row.id)).offers_left

    assert left() == 2
    one.withdraws(one.offers(want=want))
    assert left() == 1
    one.offers(want=want)
    assert left() == 0
    third = one.offers(want=want)
    assert market.offer(vault, third.request).decision.verdict == "refuse"


def test_an_offer_is_withdrawn_once_and_by_its_vendor_alone(vault: Vault) -> None:
    one, other = trader(with_rules(vault)), trader(vault, "other", seed=9)
    row = one.offers(want=intended(vault))
    with pytest.raises(NotFoundError):
        trading.withdraw(vault, other.number, one.id_of(row))
    one.withdraws(row)
    assert one.shown(row).state == "withdrawn"
    with pytest.raises(MarketError):
        one.withdraws(row)


@pytest.mark.parametrize("event", [Event.CLOSE, Event.WITHDRAW, Event.EXPIRE])
def test_a_closed_intention_takes_no_offers(vault: Vault, event: Event) -> None:
    one, want = trader(with_rules(vault)), intended(vault)
    trading.move(vault, want.row.id, event)
    with pytest.raises(MarketError):
        one.offers(want=want)
    assert one.types == ["intent.published", "intent.closed"]


def test_after_its_last_day_it_takes_no_offers_and_is_not_listed_though_nothing_has_closed_it(vault: Vault) -> None:
    one, want = trader(with_rules(vault)), intended(vault, closes="2026-03-31")
    vault.now = NOW + timedelta(days=1)
    with pytest.raises(MarketError):
        one.offers(want=want)
    assert trading.listed(vault, trading.viewer(vault, one.number), limit=50) == ([], None)


# --- what is told -------------------------------------------------------------------------------------------------------


def test_a_counter_names_the_offer_by_what_the_vendor_sent(vault: Vault) -> None:
    one, want = trader(with_rules(vault)), intended(vault)
    butler_settings.put(vault, "disclosure", ("counter",))
    first = one.offers(4000, want=want)
    answer = one.shown(first).answer
    assert answer is not None
    assert answer.verdict == "ask"
    assert answer.counter
    assert answer.counter_to == first.sha256
    later = one.shown(one.offers(3900, want=want)).answer
    assert later is not None
    assert (later.verdict, later.counter_to) == ("received", first.sha256)
    assert later.next_answer is not None


def test_the_owners_other_word_on_a_decision_is_told_once(vault: Vault) -> None:
    one, want = trader(with_rules(vault)), intended(vault)
    row = one.offers(7000, want=want)
    decisions.override(vault, market.offer(vault, row.request).decision.id, Verdict.ACCEPT, "worth it")
    trading.settle(vault)
    trading.settle(vault)
    assert one.types == ["intent.published", "offer.decided"]
    answer = one.shown(row).answer
    assert answer is not None
    assert answer.verdict == "accept"


# --- the award ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def rivals(vault: Vault) -> tuple[Trader, Trader]:
    profile.put(with_rules(vault), "pd:EmailAddress", ["home@example.org"])
    return trader(vault), trader(vault, "other", seed=9)


def test_an_award_grants_what_is_needed_makes_an_order_and_tells_everybody(
    vault: Vault, rivals: tuple[Trader, Trader]
) -> None:
    one, other = rivals
    want = intended(vault, data=DATA, terms="SD-BASE")
    won, lost = one.offers(2500, want=want, practice=PRACTICE), other.offers(2600, want=want, practice=PRACTICE)
    assert trading.award(vault, want.row.id, won.request).state is State.AWARDED
    shown = one.shown(won)
    assert shown.state == "awarded"
    assert shown.order is not None
    assert (shown.order.data, shown.order.state) == (("pd:EmailAddress",), "made")
    assert shown.order.grant is not None
    grant = granting.held(vault.connection, ids.number_of("grant", shown.order.grant), vault.now)
    assert (grant.permission.data, grant.agreement.id) == (("pd:EmailAddress",), one.agreement)
    assert (grant.row.client, grant.permission.retention) == (one.number, "P30D")
    assert other.shown(lost).state == "told no"
    assert other.shown(lost).order is None
    assert one.events[-2:] == [("offer.awarded", one.id_of(won)), ("intent.closed", one.name_of(want))]
    assert other.events[-2:] == [("offer.declined", other.id_of(lost)), ("intent.closed", other.name_of(want))]
    assert not audit.verify(vault.connection, public=vault.keys.signer.public).faults


def test_closing_proposes_the_first_and_the_owner_confirms_it(vault: Vault, rivals: tuple[Trader, Trader]) -> None:
    one, other = rivals
    want = intended(vault)
    cheap, dear = one.offers(2000, want=want), other.offers(2500, want=want)
    with pytest.raises(MarketError):
        trading.award(vault, want.row.id)
    trading.move(vault, want.row.id, Event.CLOSE)
    assert trading.proposed(vault, want.row.id) == cheap.request
    assert one.shown(cheap).state == "stands"
    one.withdraws(cheap)
    assert trading.proposed(vault, want.row.id) == dear.request
    trading.award(vault, want.row.id)
    assert other.shown(dear).state == "awarded"
    assert other.shown(dear).order is not None
    assert other.shown(dear).order.grant is None  # type: ignore[union-attr]


def test_an_intention_that_proposes_nothing_waits_for_the_owner(vault: Vault, rivals: tuple[Trader, Trader]) -> None:
    want = intended(vault, proposes="none")
    row = rivals[0].offers(want=want)
    trading.move(vault, want.row.id, Event.CLOSE)
    assert trading.proposed(vault, want.row.id) is None
    with pytest.raises(MarketError):
        trading.award(vault, want.row.id)
    trading.award(vault, want.row.id, row.request)


def test_without_an_agreement_an_award_is_refused_and_changes_nothing(vault: Vault) -> None:
    one = trader(with_rules(vault), terms=None)
    want = intended(vault, data=DATA, audience={"vendors": ["power.example"]})
    row = one.offers(want=want, practice=PRACTICE)
    before = audit.leaves(vault.connection, 1)
    with pytest.raises(NoAgreementError, match="agree first"):
        trading.award(vault, want.row.id, row.request)
    assert audit.leaves(vault.connection, 1) == before
    assert market.want(vault, want.row.id).state is State.OPEN
    assert one.shown(row).state == "stands"


def test_what_exceeds_the_agreement_is_not_awarded(vault: Vault, rivals: tuple[Trader, Trader]) -> None:
    want = intended(vault, data=DATA)
    greedy = {**PRACTICE, "purposes": ["dpv:PersonalisedAdvertising"], "recipients": ["Ads Ltd"]}
    row = rivals[0].offers(want=want, practice=greedy)
    decisions.override(vault, market.offer(vault, row.request).decision.id, Verdict.ACCEPT, "try")
    with pytest.raises(NotAllowedError):
        trading.award(vault, want.row.id, row.request)
    assert granting.listed(vault.connection, vault.now) == []
    assert rivals[0].shown(row).state == "stands"


def test_an_agreement_that_ended_since_carries_no_award(vault: Vault, rivals: tuple[Trader, Trader]) -> None:
    one = rivals[0]
    want = intended(vault, data=DATA)
    row = one.offers(want=want, practice=PRACTICE, valid_until="2028-01-01")
    vault.now = NOW + timedelta(days=366)
    with pytest.raises(NoAgreementError):
        trading.award(vault, want.row.id, row.request)


def test_an_intention_past_its_day_closes_by_itself_and_proposes(vault: Vault, rivals: tuple[Trader, Trader]) -> None:
    one, _ = rivals
    with_offer, without = intended(vault, closes="2026-04-01"), intended(vault, closes="2026-04-01")
    row = one.offers(want=with_offer)
    vault.now = NOW + timedelta(days=2)
    trading.settle(vault)
    states = [market.want(vault, want.row.id).state for want in (with_offer, without)]
    assert states == [State.CLOSED, State.EXPIRED]
    assert trading.proposed(vault, with_offer.row.id) == row.request
    assert one.types.count("intent.closed") == 2
    size = audit.verify(vault.connection, public=vault.keys.signer.public).size
    trading.settle(vault)
    assert audit.verify(vault.connection, public=vault.keys.signer.public).size == size


def test_what_other_doors_have_closed_is_told_of_too(vault: Vault, rivals: tuple[Trader, Trader]) -> None:
    want = intended(vault)
    market.move(vault, want.row.id, Event.CLOSE)
    trading.settle(vault)
    assert rivals[0].types == ["intent.published", "intent.closed"]
    trading.move(vault, want.row.id, Event.REOPEN)
    assert rivals[0].types == ["intent.published", "intent.closed", "intent.published"]
    rivals[0].offers(want=want)


def test_offers_from_files_are_awarded_without_an_order(vault: Vault) -> None:
    from tests.vault.butlers import add, butler

    made, want = butler(vault, RULES), intended(vault)
    one = add(made, 2500, intent=ids.text("intention", want.row.id))
    assert trading.award(vault, want.row.id, one.row.request).row.awarded == one.row.request
    assert store.orders(vault.connection) == []


class Board:
    """Another way out: what a broker would be given, by subject of the category tree."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    def published(self, vault: Vault, want: market.Want) -> None:
        self.sent.append((f"intents.{want.intention.category}", "published"))

    def closed(self, vault: Vault, want: market.Want) -> None:
        self.sent.append((f"intents.{want.intention.category}", str(want.state)))


def test_word_of_intentions_goes_out_by_whatever_stands_behind_the_seam(vault: Vault) -> None:
    one, board = trader(with_rules(vault)), Board()
    want = intended(vault, publish=False)
    trading.publish(vault, want.row.id, out=board)
    trading.publish(vault, want.row.id, out=board)
    row = one.offers(want=want)
    trading.move(vault, want.row.id, Event.CLOSE, out=board)
    trading.move(vault, want.row.id, Event.REOPEN, out=board)
    trading.award(vault, want.row.id, row.request, out=board)
    assert [said for _, said in board.sent] == ["published", "closed", "published", "awarded"]
    assert {subject for subject, _ in board.sent} == {"intents.telecom.mobile"}
    assert one.types == ["offer.awarded"]


def test_what_a_way_out_cannot_take_is_not_published(vault: Vault) -> None:
    class Broken(Board):
        def published(self, vault: Vault, want: market.Want) -> None:
            raise FirstpartyError("the broker's outbox is full", code="market")

    want = intended(vault, publish=False, draft=True)
    with pytest.raises(FirstpartyError):
        trading.publish(vault, want.row.id, out=Broken())
    assert market.want(vault, want.row.id).state is State.DRAFT
    assert not trading.is_published(vault, want.row.id)


# --- signatures ---------------------------------------------------------------------------------------------------------


def test_an_offer_signed_for_another_vault_or_by_another_vendor_is_not_taken(vault: Vault) -> None:
    one, other = trader(vault), trader(vault, "other", seed=9)
    from vault.access import registration

    keys = registration(one.shop.document()).keys
    text = one.signed()
    with pytest.raises(TokenRefused):
        offer_signature.verify(text, keys, client=one.shop.url, issuer="https://other.example")
    with pytest.raises(TokenRefused):
        offer_signature.verify(other.signed(), keys, client=one.shop.url, issuer=ISSUER)
