"""How a client stands with the person, invitations, and the terms that clients want: what follows from what, and what is left."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from terms.choice import Choice
from terms.errors import FirstpartyError
from terms.lifecycle import State
from terms.proof import jcs, jws
from terms.record import Kind, read_event
from terms.refusals import Refused
from terms.stated import Stated
from tests.vault.shops import DAY, URL, Shop, active, introduced, same
from tests.vault.statements import bring, charge, take_back
from vault import agreements, archive, choosing, ids, meeting, owner
from vault.butler import rulebook
from vault.meeting import answering, introducing, inviting, screening
from vault.meeting.inviting import InvitationError
from vault.meeting.life import TABLE, Event, Standing, next_standing
from vault.meeting.proffering import DENIED_FOR, MAX_OPEN, Answered, TooManyOpenError
from vault.policy.life import LifeError
from vault.policy.requests import Introduction
from vault.policy.strict import DocumentError
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import audit, dump, vendors
from vault.store import events as event_store
from vault.store import meeting as meeting_store

HELLO = Introduction("Shop", "We sell shoes.", None)


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def client(vault: Vault, shop: Shop) -> int:
    return introduced(vault, shop).id


def rule(then: str, kind: str, when: str = "vendor.verified is true") -> str:
    return f"[[rule]]\nid = 'r'\nfor = ['{kind}']\nwhen = [\"{when}\"]\nthen = '{then}'\nbecause = 'so it is'\n"


def says(vault: Vault, then: str, kind: str, when: str = "vendor.verified is true") -> None:
    rulebook.install(vault, rule(then, kind, when), "rules.toml")


def introduce(vault: Vault, client: int, said: Introduction = HELLO, code: str = "") -> Standing:
    return meeting.introduce(vault, client, said, meeting.butler(vault), code=code)


def ask(vault: Vault, client: int, terms: str = "SD-BASE", replaces: str | None = None) -> Answered:
    return meeting.ask(vault, client, terms, meeting.butler(vault), replaces=replaces)


def reply(vault: Vault, client: int, id: str, raw: bytes) -> Refused | None:
    return meeting.reply(vault, client, id, raw, meeting.butler(vault))


def code_of(raised: pytest.ExceptionInfo[FirstpartyError]) -> str:
    return raised.value.code


def leaves(vault: Vault, event: str) -> list[dict[str, object]]:
    return [json.loads(leaf.body or "null") for leaf in audit.leaves(vault.connection, 10_000) if leaf.event == event]


def events(vault: Vault, client: int, type: str) -> list[str]:
    return [row.subject for row in event_store.after(vault.connection, client, 0, 1000) if row.type == type]


def entries(vault: Vault, id: str) -> list[str]:
    return [row.kind for row in agreement_store.entries(vault.connection, id)]


def vendor_of(vault: Vault, client: int) -> str:
    return agreement_store.client(vault.connection, client).vendor_name


# --- introductions --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("then", "after"), [("accept", Standing.YES), ("ask", Standing.WAITING), ("refuse", Standing.NOT_NOW)]
)
def test_the_owners_rules_decide_who_is_let_in(vault: Vault, client: int, then: str, after: Standing) -> None:
    says(vault, then, "first-contact")
    assert meeting.standing(vault, client) is Standing.NEW
    assert introduce(vault, client) is after
    assert meeting.may_write(vault, client) == (after is Standing.YES)
    assert leaves(vault, screening.CHANGED) == [{"client": URL, "from": "new", "to": after, "by": "rules"}]
    assert len(leaves(vault, "decision.made")) == 1


def test_without_a_rule_it_waits_and_what_was_said_first_is_what_the_owner_sees(vault: Vault, client: int) -> None:
    assert introduce(vault, client) is Standing.WAITING
    assert introduce(vault, client, Introduction("The tax office", "Pay now.", None)) is Standing.WAITING
    (one,) = introducing.waiting(vault)
    assert (one.said.name, one.said.intro, one.verdict) == ("Shop", "We sell shoes.", "ask")
    assert len(leaves(vault, "decision.made")) == 1


def test_an_introduction_that_does_not_read_leaves_nothing(vault: Vault, client: int) -> None:
    with pytest.raises(DocumentError):
        introduce(vault, client, Introduction("Shop", "", "no.such.category"))
    assert meeting.standing(vault, client) is Standing.NEW
    assert not leaves(vault, screening.CHANGED)


def test_the_owner_approves_or_denies_and_the_client_is_told(vault: Vault, client: int) -> None:
    introduce(vault, client)
    (one,) = introducing.waiting(vault)
    number = ids.number_of("request", one.id)
    meeting.approve(vault, number)
    assert meeting.may_write(vault, client)
    assert events(vault, client, "introduction.decided") == [""]
    with pytest.raises(LifeError):
        meeting.deny(vault, number)
    assert not introducing.waiting(vault)


def test_another_word_takes_a_word_back_and_the_same_word_changes_nothing(vault: Vault, client: int) -> None:
    for word in (Standing.NEVER, Standing.YES, Standing.NOT_NOW):
        assert meeting.screen(vault, [client], word) == [client]
        assert meeting.screen(vault, [client], word) == []
        assert meeting.standing(vault, client) is word
    assert len(leaves(vault, screening.CHANGED)) == len(events(vault, client, "introduction.decided")) == 3


def test_who_is_turned_away_is_refused_and_nothing_is_judged(vault: Vault, client: int) -> None:
    for word in (Standing.NOT_NOW, Standing.NEVER):
        meeting.screen(vault, [client], word)
        for step in (lambda: introduce(vault, client), lambda: ask(vault, client)):
            with pytest.raises(meeting.TurnedAwayError) as caught:
                step()
            assert code_of(caught) == "turned-away"
    assert not leaves(vault, "decision.made")


def test_a_word_on_a_domain_holds_for_clients_that_come_later(vault: Vault) -> None:
    meeting.screen_domain(vault, "shop.example", Standing.NEVER)
    late = introduced(vault, Shop("https://api.shop.example/other.json", seed=9)).id
    other = introduced(vault, Shop("https://notshop.example/client.json", seed=8)).id
    assert meeting.standing(vault, late) is Standing.NEVER
    assert meeting.standing(vault, other) is Standing.NEW


def test_what_cannot_happen_is_not_in_the_table_and_the_owner_may_say_anything_at_any_time() -> None:
    for standing in Standing:
        for event in (Event.LET_IN, Event.PUT_OFF, Event.TURN_AWAY):
            assert (standing, event) in TABLE
        if standing is not Standing.NEW:
            with pytest.raises(LifeError):
                next_standing(standing, Event.ACCEPT)
    with pytest.raises(LifeError):
        next_standing(Standing.NEVER, Event.INVITE)


def test_what_the_owner_was_shown_stays_when_an_invitation_follows(vault: Vault, client: int) -> None:
    introduce(vault, client)
    code = meeting.invite(vault, owner.add_vendor(vault, "Shoe Shop")).code
    assert introduce(vault, client, Introduction("The tax office", "Pay now.", None), code) is Standing.YES
    row = meeting_store.introduction(vault.connection, client)
    assert row is not None
    assert (row.name, row.intro, row.request is None) == ("Shop", "We sell shoes.", False)


# --- vendors of the vault -------------------------------------------------------------------------------------------


def test_a_client_at_a_vendors_domain_is_proposed_and_linked_only_by_the_owners_word(vault: Vault, client: int) -> None:
    number = owner.add_vendor(vault, "Shoe Shop", domains=("shop.example",))
    introduce(vault, client)
    (one,) = introducing.waiting(vault)
    assert (one.linked, one.proposed, vendor_of(vault, client)) == ("", "Shoe Shop", "")
    row = vendors.vendor(vault.connection, number)
    assert row is not None
    assert meeting.screen_vendor(vault, row, Standing.YES) == [client]
    assert vendor_of(vault, client) == "Shoe Shop"
    later = introduced(vault, Shop("https://www.shop.example/app.json", seed=9)).id
    assert introduce(vault, later) is Standing.YES
    assert vendor_of(vault, later) == "Shoe Shop"


def test_approving_an_introduction_links_the_vendor_that_was_proposed_beside_it(vault: Vault, client: int) -> None:
    owner.add_vendor(vault, "Shoe Shop", domains=("shop.example",))
    introduce(vault, client)
    (one,) = introducing.waiting(vault)
    meeting.approve(vault, ids.number_of("request", one.id))
    assert vendor_of(vault, client) == "Shoe Shop"


def test_turning_a_vendor_away_links_nobody(vault: Vault, client: int) -> None:
    row = vendors.vendor(vault.connection, owner.add_vendor(vault, "Shoe Shop", domains=("shop.example",)))
    assert row is not None
    meeting.screen_vendor(vault, row, Standing.NEVER)
    assert (meeting.standing(vault, client), vendor_of(vault, client)) == (Standing.NEVER, "")


def test_a_vendor_of_which_nothing_is_known_cannot_be_screened(vault: Vault) -> None:
    row = vendors.vendor(vault.connection, owner.add_vendor(vault, "Corner Shop"))
    assert row is not None
    with pytest.raises(FirstpartyError, match="no client and no domain"):
        meeting.screen_vendor(vault, row, Standing.YES)


def test_a_client_is_of_one_vendor_and_a_link_can_be_taken_back(vault: Vault, client: int) -> None:
    one, two = owner.add_vendor(vault, "One"), owner.add_vendor(vault, "Two")
    meeting.link(vault, client, one)
    meeting.link(vault, client, one)
    with pytest.raises(FirstpartyError) as caught:
        meeting.link(vault, client, two)
    assert code_of(caught) == "other-vendor"
    assert (meeting.unlink(vault, client), meeting.unlink(vault, client)) == (True, False)
    meeting.link(vault, client, two)
    assert [len(leaves(vault, f"client.{name}")) for name in ("linked", "unlinked")] == [2, 1]


# --- invitations ----------------------------------------------------------------------------------------------------


def test_an_invitation_lets_in_whom_the_rules_would_not_and_links_it(vault: Vault, client: int) -> None:
    says(vault, "refuse", "first-contact")
    number = owner.add_vendor(vault, "Shoe Shop")
    made = meeting.invite(vault, number)
    assert introduce(vault, client, code=made.code.upper()) is Standing.YES
    assert vendor_of(vault, client) == "Shoe Shop"
    (one,) = meeting.invitations(vault)
    assert (one.state, one.client, one.fits) == ("used", URL, False)
    assert leaves(vault, inviting.USED) == [
        {"invitation": one.id, "vendor": ids.text("vendor", number), "client": URL},
    ]
    assert not leaves(vault, "decision.made")


def test_a_code_is_good_once_for_a_time_until_revoked_and_until_the_next(vault: Vault, client: int) -> None:
    number = owner.add_vendor(vault, "Shoe Shop")
    first, second = meeting.invite(vault, number), meeting.invite(vault, number, days=2)
    third = meeting.invite(vault, owner.add_vendor(vault, "Other"), days=2)
    meeting.revoke(vault, ids.number_of("invitation", third.invitation.id))
    for code in (first.code, third.code, "meet_0", second.code[:-1]):
        with pytest.raises(InvitationError):
            introduce(vault, client, code=code)
        assert (meeting.standing(vault, client), vendor_of(vault, client)) == (Standing.NEW, "")
    start = vault.now
    vault.now = start + timedelta(days=2)
    with pytest.raises(InvitationError):
        introduce(vault, client, code=second.code)
    vault.now = start + timedelta(days=2, seconds=-1)
    assert introduce(vault, client, code=second.code) is Standing.YES
    other = introduced(vault, Shop("https://other.example/c.json", seed=9)).id
    with pytest.raises(InvitationError):
        introduce(vault, other, code=second.code)


def test_a_code_is_nowhere_in_the_vault_as_it_is_written(vault: Vault) -> None:
    code = meeting.invite(vault, owner.add_vendor(vault, "Shoe Shop")).code
    rows = [repr(row) for table in dump.tables(vault.connection) for row in dump.rows(vault.connection, table)]
    assert any("inv_" in row for row in rows)
    assert not any(code.removeprefix("meet_") in row for row in rows)


def test_never_is_stronger_than_an_invitation_and_not_now_is_not(vault: Vault, client: int) -> None:
    code = meeting.invite(vault, owner.add_vendor(vault, "Shoe Shop")).code
    meeting.screen(vault, [client], Standing.NEVER)
    with pytest.raises(meeting.TurnedAwayError):
        introduce(vault, client, code=code)
    meeting.screen(vault, [client], Standing.NOT_NOW)
    assert introduce(vault, client, code=code) is Standing.YES


def test_an_invitation_goes_along_when_vendors_are_merged_and_an_import_is_undone(vault: Vault, client: int) -> None:
    batch = bring(vault, [charge("2026-03-01", -5, "Shop One"), charge("2026-03-02", -5, "Another Name")])
    kept, merged = sorted(vendors.vendors(vault.connection), key=lambda row: row.name, reverse=True)
    code = meeting.invite(vault, merged.id).code
    owner.merge(vault, kept, merged)
    assert [one.vendor for one in meeting.invitations(vault)] == [kept.id]
    take_back(vault, batch)
    introduce(vault, client, code=code)
    assert vendor_of(vault, client) == kept.name


# --- agreements -----------------------------------------------------------------------------------------------------


def test_what_the_owner_offers_is_proffered_without_a_question_and_once(vault: Vault, client: int, shop: Shop) -> None:
    first = ask(vault, client)
    assert (first.state, first.is_new) == ("proffered", True)
    assert ask(vault, client) == Answered("proffered", first.agreement)
    assert not leaves(vault, "decision.made")  # there was nothing to decide
    raw = agreement_store.entries(vault.connection, first.agreement)[0].raw
    shop.takes(raw, vault.now)
    assert reply(vault, client, first.agreement, shop.accepts(first.agreement, vault.now)) is None
    assert entries(vault, first.agreement) == ["proffered", "accepted", "confirmed"]
    assert ask(vault, client) == Answered("proffered", first.agreement)  # it binds
    shop.takes(agreement_store.entries(vault.connection, first.agreement)[-1].raw, vault.now, first.agreement)
    assert same(vault, shop, first.agreement)


@pytest.mark.parametrize(("then", "state"), [("ask", "waiting"), ("refuse", "refused"), ("accept", "proffered")])
def test_a_rule_that_speaks_of_terms_decides(vault: Vault, client: int, then: str, state: str) -> None:
    says(vault, then, "terms")
    found = ask(vault, client)
    assert found.state == state
    assert found.told == (("owner-rule",) if state == "refused" else ())
    assert len(leaves(vault, "decision.made")) == 1


def test_an_owner_who_refuses_whatever_no_rule_speaks_of_offers_nothing(vault: Vault, client: int) -> None:
    rulebook.install(vault, "[defaults]\nterms = 'refuse'\n", "rules.toml")
    assert ask(vault, client).state == "refused"


def test_terms_that_the_owner_does_not_accept_are_never_proffered_by_a_rule(vault: Vault, client: int) -> None:
    says(vault, "accept", "terms")
    assert ask(vault, client, "SD-BASE-A").state == "waiting"


def test_what_waits_is_asked_once_and_a_denial_lasts(vault: Vault, client: int) -> None:
    assert ask(vault, client, "SD-BASE-A") == Answered("waiting", is_new=True)
    assert ask(vault, client, "SD-BASE-A") == Answered("waiting")
    (one,) = answering.terms_waiting(vault)
    assert "not acceptable to you" in one.says
    meeting.deny(vault, ids.number_of("request", one.id))
    assert events(vault, client, "agreement.changed") == [""]
    assert ask(vault, client, "SD-BASE-A") == Answered("refused")
    vault.now += DENIED_FOR - timedelta(seconds=1)
    assert ask(vault, client, "SD-BASE-A") == Answered("refused")
    vault.now += timedelta(seconds=1)
    assert ask(vault, client, "SD-BASE-A") == Answered("waiting", is_new=True)


def test_what_the_owner_approves_is_proffered_and_the_client_is_told(vault: Vault, client: int) -> None:
    ask(vault, client, "SD-BASE-A")
    (one,) = answering.terms_waiting(vault)
    meeting.approve(vault, ids.number_of("request", one.id))
    (row,) = agreement_store.agreements(vault.connection)
    assert (row.terms, row.state) == ("SD-BASE-A", "proffered")
    assert events(vault, client, "agreement.changed") == [row.id]
    assert not answering.terms_waiting(vault)
    assert leaves(vault, answering.TERMS_ANSWERED) == [{"request": one.id, "client": URL, "answer": "approved"}]


def test_what_the_owner_chose_for_the_vendor_holds_for_its_client(vault: Vault, client: int) -> None:
    number = owner.add_vendor(vault, "Shoe Shop")
    row = vendors.vendor(vault.connection, number)
    assert row is not None
    choosing.choose(vault, Choice(vendors=((row.key, Stated(preferred="SD-BASE-A")),)))
    assert ask(vault, client, "SD-BASE-A").state == "waiting"
    meeting.link(vault, client, number)
    assert ask(vault, client, "SD-BASE-AT").state != "proffered"
    other = introduced(vault, Shop("https://other.example/c.json", seed=9)).id
    meeting.link(vault, other, number)
    assert ask(vault, other, "SD-BASE-A").state == "proffered"


def test_so_many_proffers_may_be_open_at_once(vault: Vault, client: int) -> None:
    acceptable = [one for one in agreements.present_roster() if one.startswith("SD-BASE")][: MAX_OPEN + 1]
    choosing.choose(vault, Choice(general=Stated(preferred=acceptable[0], acceptable=tuple(acceptable[1:]))))
    for terms in acceptable[:MAX_OPEN]:
        assert ask(vault, client, terms).state == "proffered"
    with pytest.raises(TooManyOpenError):
        ask(vault, client, acceptable[MAX_OPEN])
    assert ask(vault, client, acceptable[0]).state == "proffered"  # which is there
    vault.now += 15 * DAY
    assert ask(vault, client, acceptable[MAX_OPEN]).is_new


def test_only_what_binds_with_this_client_can_be_replaced(vault: Vault, client: int, shop: Shop) -> None:
    other = introduced(vault, Shop("https://other.example/c.json", seed=9)).id
    id = active(vault, shop)
    with pytest.raises(FirstpartyError) as caught:
        ask(vault, other, "SD-BASE-DP", id)
    assert code_of(caught) == "not-found"
    found = ask(vault, client, "SD-BASE-DP", id)
    assert found.is_new
    raw = agreement_store.entries(vault.connection, found.agreement)[0].raw
    shop.takes(raw, vault.now)
    assert reply(vault, client, found.agreement, shop.accepts(found.agreement, vault.now)) is None
    assert agreements.held(vault, id).row.state == "amended"
    with pytest.raises(Refused):
        ask(vault, client, "SD-BASE", id)


@pytest.mark.parametrize("named", ["SD-BASE-X", "", "TPR", "agr_1"])
def test_terms_that_are_not_offered_to_organisations_are_refused(vault: Vault, client: int, named: str) -> None:
    if named in agreements.present_roster():
        pytest.skip("it is offered to organisations")
    with pytest.raises(Refused) as caught:
        ask(vault, client, named)
    assert caught.value.code == "off-roster"


def countered(vault: Vault, shop: Shop, client: int, terms: str) -> str:
    id = ask(vault, client).agreement
    shop.takes(agreement_store.entries(vault.connection, id)[0].raw, vault.now)
    assert reply(vault, client, id, shop.counters(id, terms, vault.now)) is None
    return id


def test_a_counter_offer_waits_for_the_owner_who_accepts_it(vault: Vault, client: int, shop: Shop) -> None:
    id = countered(vault, shop, client, "SD-BASE-A")
    (one,) = answering.terms_waiting(vault)
    assert (one.agreement, one.asked.terms) == (id, "SD-BASE-A")
    meeting.approve(vault, ids.number_of("request", one.id))
    assert entries(vault, id) == ["proffered", "counter-offered", "accepted"]
    with pytest.raises(LifeError):
        meeting.approve(vault, ids.number_of("request", one.id))


def test_a_counter_offer_is_denied_with_the_owners_reason_in_the_record(vault: Vault, client: int, shop: Shop) -> None:
    id = countered(vault, shop, client, "SD-BASE-A")
    (one,) = answering.terms_waiting(vault)
    meeting.deny(vault, ids.number_of("request", one.id), "not like this")
    last = agreement_store.entries(vault.connection, id)[-1]
    assert last.kind == "refused"
    assert read_event(jws.parse(last.raw).value).details == {"reason": "not like this"}


def test_what_was_answered_by_hand_waits_no_more(vault: Vault, client: int, shop: Shop) -> None:
    id = countered(vault, shop, client, "SD-BASE-A")
    agreements.refuse(vault, id)
    assert not answering.terms_waiting(vault)


@pytest.mark.parametrize(
    ("then", "terms", "last"),
    [
        ("refuse", "SD-BASE-A", "refused"),
        ("accept", "SD-BASE-DP", "accepted"),
        ("accept", "SD-BASE-A", "counter-offered"),
    ],
)
def test_a_counter_offer_is_judged(vault: Vault, client: int, shop: Shop, then: str, terms: str, last: str) -> None:
    id = ask(vault, client).agreement
    says(vault, then, "terms")
    shop.takes(agreement_store.entries(vault.connection, id)[0].raw, vault.now)
    assert reply(vault, client, id, shop.counters(id, terms, vault.now)) is None
    assert entries(vault, id)[-1] == last


def test_what_does_not_verify_is_recorded_and_refused_and_changes_nothing(
    vault: Vault, client: int, shop: Shop
) -> None:
    id = ask(vault, client).agreement
    shop.takes(agreement_store.entries(vault.connection, id)[0].raw, vault.now)
    forged = Shop(seed=9)
    forged.histories[id] = shop.histories[id]
    refusal = reply(vault, client, id, _accepted_by(forged, id, vault))
    assert refusal is not None
    assert refusal.code in ("bad-signature", "unknown-key")
    assert entries(vault, id) == ["proffered", "failed"]
    for raw in (b"{}", b"nonsense", jcs.canonical({"agreement": "agr_other", "signatures": []})):
        assert reply(vault, client, id, raw) is not None
    assert len(leaves(vault, "agreement.delivery-failed")) == 3
    assert agreements.held(vault, id).row.state == State.PROFFERED


def _accepted_by(forged: Shop, id: str, vault: Vault) -> bytes:
    from terms import signing

    return signing.accepted(forged.histories[id], forged.signer, at=vault.now)


def test_the_same_entry_again_is_no_failure(vault: Vault, client: int, shop: Shop) -> None:
    id = ask(vault, client).agreement
    shop.takes(agreement_store.entries(vault.connection, id)[0].raw, vault.now)
    raw = shop.accepts(id, vault.now)
    assert [reply(vault, client, id, raw) for _ in range(3)] == [None, None, None]
    assert entries(vault, id) == ["proffered", "accepted", "confirmed"]


def test_another_clients_agreement_is_as_unknown_as_one_that_does_not_exist(vault: Vault, shop: Shop) -> None:
    id = active(vault, shop)
    other = introduced(vault, Shop("https://other.example/c.json", seed=9)).id
    for name in (id, "agr_none"):
        with pytest.raises(FirstpartyError) as caught:
            reply(vault, other, name, b"{}")
        assert code_of(caught) == "not-found"


def test_who_was_turned_away_begins_nothing_and_may_end_what_binds(vault: Vault, client: int, shop: Shop) -> None:
    bound, proffered = active(vault, shop), ask(vault, client, "SD-BASE-DP").agreement
    shop.takes(agreement_store.entries(vault.connection, proffered)[0].raw, vault.now)
    meeting.screen(vault, [client], Standing.NEVER)
    with pytest.raises(meeting.TurnedAwayError):
        reply(vault, client, proffered, shop.accepts(proffered, vault.now))
    assert entries(vault, proffered) == ["proffered"]
    assert reply(vault, client, bound, shop.says(bound, Kind.TERMINATED, vault.now, reason="")) is None


def test_an_archive_carries_all_of_it(vault: Vault, other: Vault, client: int, shop: Shop, tmp_path: Path) -> None:
    countered(vault, shop, client, "SD-BASE-A")
    ask(vault, client, "SD-BASE-AT")
    introduce(vault, client)
    meeting.screen_domain(vault, "never.example", Standing.NEVER)
    code = meeting.invite(vault, owner.add_vendor(vault, "Shoe Shop")).code
    archive.export(vault, tmp_path / "all.zip")
    archive.bring(other, tmp_path / "all.zip")
    assert meeting.standing(other, client) is Standing.WAITING
    assert len(answering.terms_waiting(other)) == 2
    assert introduce(other, client, code=code) is Standing.YES
