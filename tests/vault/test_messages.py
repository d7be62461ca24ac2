"""Messages in threads: judged or held, both ways, and of two clients neither meets anything of the other's."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.vault.conftest import NOW, Made
from tests.vault.shops import Shop, active, introduced
from vault import ids, meeting, owner
from vault.butler import rulebook, running
from vault.butler.decisions import Butler, decision, decisions, facts_of, override
from vault.engaging import addressees, messages, texts, threads, timeline
from vault.engaging.messages import Taken, TooManyMessagesError, Written
from vault.engaging.threads import UnknownThreadError
from vault.meeting import Standing, TurnedAwayError
from vault.policy.requests import Rate, Renewed, Repriced
from vault.policy.strict import DocumentError
from vault.policy.verdicts import Verdict
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import audit, events
from vault.store import messages as store

RULES = """
[[rule]]
id = "deliveries"
for = ["message"]
when = ["message.kind is delivery"]
then = "accept"
because = "it concerns what I ordered"

[[rule]]
id = "my-threads"
for = ["message"]
when = ["message.in_thread is true"]
then = "accept"
because = "I wrote there"

[[rule]]
id = "no-advertising"
for = ["message"]
when = ["message.kind is marketing"]
then = "refuse"
because = "I did not ask"

[[rule]]
id = "no-steep-rises"
for = ["price-change"]
when = ["change.rise > 5 percent"]
then = "refuse"
because = "too much"
"""
OTHER = "https://other.example/client.json"


def let_in(vault: Vault, url: str = "https://shop.example/client.json") -> int:
    client = introduced(vault, Shop(url, seed=len(url))).id
    meeting.screen(vault, [client], Standing.YES)
    return client


def send(vault: Vault, client: int, kind: str = "service", body: str = "Hello.", **more: Any) -> Taken:
    said = Written(kind, body, more.pop("subject", "A subject"), **more)  # type: ignore[arg-type]
    return messages.receive(vault, client, said, meeting.butler(vault))


@pytest.fixture
def client(vault: Vault) -> int:
    rulebook.install(vault, RULES, "rules.toml")
    return let_in(vault)


@pytest.mark.parametrize(
    ("kind", "state", "verdict"),
    [("delivery", "delivered", "accept"), ("service", "in the digest", "ask"), ("marketing", "filed away", "refuse")],
)
def test_the_rules_say_what_becomes_of_a_message(
    vault: Vault, client: int, kind: str, state: str, verdict: str
) -> None:
    taken = send(vault, client, kind)
    assert taken.answer
    assert (taken.state, taken.answer.verdict) == (state, verdict)
    (row,) = store.listed(vault.connection, (client,))
    assert (row.effect, row.body) == (state, "Hello.")


def test_the_owners_other_word_on_the_decision_moves_the_message(vault: Vault, client: int) -> None:
    send(vault, client, "marketing")
    (row,) = store.listed(vault.connection, None)
    assert row.decision
    override(vault, row.decision, Verdict.ACCEPT, "I like this one")
    assert store.listed(vault.connection, None)[0].effect == "delivered"


def test_a_newcomers_first_message_introduces_it_and_is_held_until_it_is_let_in(vault: Vault) -> None:
    rulebook.install(vault, RULES, "rules.toml")
    client = introduced(vault, Shop()).id
    first = send(vault, client, "delivery", "We have your parcel.")
    assert (first.state, first.answer, meeting.standing(vault, client)) == ("held", None, Standing.WAITING)
    assert [one.request.kind for one in decisions(vault)] == ["first-contact"]
    assert messages.deliver_held(vault, client, NOW) == 0
    meeting.screen(vault, [client], Standing.YES)
    assert messages.deliver_held(vault, client, NOW) == 1
    assert [row.effect for row in store.listed(vault.connection, (client,))] == ["delivered"]
    assert messages.deliver_held(vault, client, NOW) == 0


def test_who_waits_may_leave_a_few_messages_and_who_was_turned_away_none(vault: Vault) -> None:
    client = introduced(vault, Shop()).id
    for _ in range(messages.MAX_HELD):
        assert send(vault, client).state == "held"
    with pytest.raises(TooManyMessagesError):
        send(vault, client)
    meeting.screen(vault, [client], Standing.NEVER)
    with pytest.raises(TurnedAwayError):
        send(vault, client)
    assert len(messages.page(vault, client, 0, 100, None)) == messages.MAX_HELD  # it still reads what is its own


def test_a_newcomer_that_the_rules_refuse_is_turned_away_and_stays_so(vault: Vault) -> None:
    rule = '[[rule]]\nid = "none"\nfor = ["first-contact"]\nwhen = []\nthen = "refuse"\nbecause = "nobody new"\n'
    rulebook.install(vault, rule, "rules.toml")
    client = introduced(vault, Shop()).id
    with pytest.raises(TurnedAwayError):
        send(vault, client)
    assert meeting.standing(vault, client) is Standing.NOT_NOW
    assert store.listed(vault.connection, None) == []


def test_a_days_messages_have_a_number_and_a_day_later_there_is_room(vault: Vault, client: int) -> None:
    for _ in range(messages.MAX_PER_DAY):
        send(vault, client)
    with pytest.raises(TooManyMessagesError):
        send(vault, client)
    assert send(vault, let_in(vault, OTHER)).state  # another's are its own
    vault.now += timedelta(days=1, seconds=1)
    assert send(vault, client).state


def test_what_the_person_wrote_in_a_thread_is_a_fact_of_the_answer_there_and_nowhere_else(
    vault: Vault, client: int
) -> None:
    row = threads.write(vault, client, "Where is it?", subject="My order")
    thread = ids.text("thread", row.thread)
    assert send(vault, client, "reply", thread=thread, subject="").state == "delivered"
    assert send(vault, client, "reply").state == "in the digest"
    own = send(vault, client, "service")
    assert send(vault, client, "reply", thread=own.thread).state == "in the digest"
    found = {bool(facts_of(vault, one)["message.in_thread"]) for one in decisions(vault)}
    assert found == {True, False}


def test_a_reply_keeps_its_thread_and_subject_and_its_reader_is_told(vault: Vault, client: int) -> None:
    first = send(vault, client, subject="Your meter")
    mine = threads.reply(vault, first.id, "It reads 28905.\nAs of today.")
    assert (ids.text("thread", mine.thread), mine.subject, mine.kind) == (first.thread, "Your meter", "reply")
    assert threads.reply(vault, first.thread, "And thanks.").thread == mine.thread
    told = [(one.type, one.subject) for one in events.after(vault.connection, client, 0, 10)]
    assert ("message.sent", ids.text("message", mine.id)) in told
    bodies = [row.body for row in threads.conversation(vault, first.id)]
    assert bodies == ["Hello.", "It reads 28905.\nAs of today.", "And thanks."]


@pytest.mark.parametrize("change", [{"body": "a\x00b"}, {"body": "\x1b]0;x\x07"}, {"body": "a\rb"}, {"body": "\n"},
    {"subject": "a\nb"}, {"subject": "a\tb"}, {"subject": "a\u2028b"}, {"subject": " a"}, {"subject": ""},
    {"body": "a" * (texts.MAX_BODY + 1)}])  # fmt: skip
def test_what_is_no_text_is_refused_and_nothing_of_it_is_kept(
    vault: Vault, client: int, change: dict[str, Any]
) -> None:
    with pytest.raises(DocumentError):
        send(vault, client, **change)
    assert store.listed(vault.connection, None) == []
    assert list(decisions(vault)) == []


def test_line_breaks_tabs_and_any_script_are_text(vault: Vault, client: int) -> None:
    body = "a\tb\n\u202egnp.exe\u202c 漢字 🎈"
    send(vault, client, body=body)
    assert store.listed(vault.connection, None)[0].body == body


def test_an_announced_price_is_judged_as_one_and_told_once_in_the_butlers_round(vault: Vault, client: int) -> None:
    rate = Rate(4000, "EUR", "P1M")
    change = Repriced("A-17", Rate(5000, "EUR", "P1M"), None, rate)
    taken = send(vault, client, "price-change", subject="A new price", price_change=change)
    assert taken.answer
    assert (taken.state, taken.answer.verdict) == ("asks you", "refuse")
    (row,) = store.listed(vault.connection, None)
    assert row.effect == "consider cancelling"
    (told,) = running.run(Butler(vault, now=NOW)).told
    assert told.sentence == "Shop, “A new price”: announces 50.00 EUR per month, up 25 %: consider cancelling"
    assert running.run(Butler(vault, now=NOW)).told == ()


def test_a_renewal_is_judged_as_one(vault: Vault, client: int) -> None:
    renewed = Renewed("A-17", Rate(4000, "EUR", "P1M"), None, "P1Y")
    send(vault, client, "renewal-notice", renewal=renewed)
    assert [one.request.kind for one in decisions(vault)] == ["renewal"]
    with pytest.raises(DocumentError):
        send(vault, client, "renewal-notice")
    with pytest.raises(DocumentError):
        send(vault, client, "service", renewal=renewed)


def test_one_timeline_has_everything_in_pages_without_a_gap(vault: Vault) -> None:
    shop = Shop()
    active(vault, shop)
    row = agreement_store.client_by_url(vault.connection, shop.url)
    assert row
    meeting.screen(vault, [row.id], Standing.YES)
    first = send(vault, row.id)
    vault.now += timedelta(hours=1)
    threads.reply(vault, first.id, "Thank you.")
    to = addressees.found(vault, "shop", vault.now)
    whole = timeline.page(vault, to, limit=100)
    assert whole.next is None
    assert {"message", "agreement"} <= {one.kind for one in whole.entries}
    assert {one.who for one in whole.entries} == {"you", "vendor"}
    assert [one.at for one in whole.entries] == sorted((one.at for one in whole.entries), reverse=True)
    paged, place = list[timeline.Entry](), None
    while True:
        page = timeline.page(vault, to, limit=2, before=place)
        paged += page.entries
        if (place := page.next) is None:
            break
    assert tuple(paged) == whole.entries
    assert timeline.page(vault, addressees.of_vendor(vault, _other_vendor(vault)), limit=9).entries == ()


def test_a_text_that_was_changed_behind_the_log_is_found(vault: Vault, client: int) -> None:
    taken = send(vault, client)
    threads.reply(vault, taken.id, "Thank you.")
    public = vault.keys.signer.public
    assert audit.verify(vault.connection, public=public).ok
    with vault.transaction():
        vault.connection.execute("UPDATE message SET body = 'Never.' WHERE party = 'person'")
    assert audit.verify(vault.connection, public=public).faults == ("1 messages have no leaf in the log that fits",)


def _other_vendor(vault: Vault) -> Any:
    number = owner.add_vendor(vault, "Another", domains=("another.example",))
    found = addressees.found(vault, ids.text("vendor", number), vault.now).vendor
    assert found
    return found


# --- two clients --------------------------------------------------------------------------------------------------------

_TEMPLATE: list[Made] = []


@pytest.fixture(scope="module", autouse=True)
def known_template(template: Made) -> None:
    _TEMPLATE[:] = [template]


class TwoClients(RuleBasedStateMachine):
    """Two clients and the person write at will, with ids of either; a plain list per client is the model."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(mkdtemp()) / "vault"
        shutil.copytree(_TEMPLATE[0].home, self.home)
        self.vault = _TEMPLATE[0]._replace(home=self.home).open()
        self.count = 0

    @initialize()
    def both_known(self) -> None:
        self.clients = [introduced(self.vault, Shop(url, seed)).id for url, seed in ((OTHER, 3), (Shop().url, 4))]
        meeting.screen(self.vault, [self.clients[0]], Standing.YES)  # the other one waits behind the screener
        self.seen: list[list[tuple[str, str, str]]] = [[], []]  # (thread, from, body) by client
        self.threads: list[list[str]] = [[], []]

    def text(self) -> str:
        self.count += 1
        self.vault.now += timedelta(minutes=1)
        return f"text {self.count}"

    @rule(who=st.integers(0, 1), of=st.integers(0, 1), place=st.integers(0, 5), is_new=st.booleans())
    def client_writes(self, who: int, of: int, place: int, is_new: bool) -> None:
        mine, client, body = self.threads[of], self.clients[who], self.text()
        thread = None if is_new or not mine else mine[place % len(mine)]
        try:
            taken = send(self.vault, client, "reply", body, thread=thread)
        except TooManyMessagesError:
            assert (
                meeting.standing(self.vault, client) is not Standing.YES or len(self.seen[who]) >= messages.MAX_PER_DAY
            )
        except UnknownThreadError:
            assert who != of
        else:
            assert thread is None or who == of
            assert thread in (None, taken.thread)
            if thread is None:
                assert taken.thread not in self.threads[0] + self.threads[1]
                self.threads[who].append(taken.thread)
            self.seen[who].append((taken.thread, "vendor", body))

    @precondition(lambda self: any(self.threads))
    @rule(of=st.integers(0, 1), place=st.integers(0, 5))
    def person_replies(self, of: int, place: int) -> None:
        if self.threads[of]:
            thread, body = self.threads[of][place % len(self.threads[of])], self.text()
            threads.reply(self.vault, thread, body)
            self.seen[of].append((thread, "person", body))

    @rule(to=st.integers(0, 1))
    def person_begins(self, to: int) -> None:
        body = self.text()
        row = threads.write(self.vault, self.clients[to], body, subject="Mine")
        self.threads[to].append(ids.text("thread", row.thread))
        self.seen[to].append((self.threads[to][-1], "person", body))

    @rule()
    def the_other_is_let_in(self) -> None:
        meeting.screen(self.vault, [self.clients[1]], Standing.YES)
        messages.deliver_held(self.vault, self.clients[1], self.vault.now)
        assert store.held(self.vault.connection, self.clients[1]) == []

    @invariant()
    def each_reads_its_own_and_nothing_else(self) -> None:
        for who, client in enumerate(self.clients):
            rows, after = [], 0
            while page := messages.page(self.vault, client, after, 3, None):
                rows += page
                after = page[-1].id
            assert [(ids.text("thread", row.thread), row.party, row.body) for row in rows] == self.seen[who]
            for thread in self.threads[1 - who]:
                with pytest.raises(UnknownThreadError):
                    messages.page(self.vault, client, 0, 3, thread)

    @invariant()
    def in_thread_is_true_where_the_person_wrote_to_that_client(self) -> None:
        for row in store.listed(self.vault.connection, None):
            if row.decision is None or row.party == "person":
                continue
            made = decision(self.vault, row.decision)
            said = facts_of(self.vault, made)["message.in_thread"]
            rows = store.conversation(self.vault.connection, row.thread)
            mine = [one.id for one in rows if one.party == "person" and one.client == row.client]
            # What was held was judged later, so the person may have written in between.
            assert said is True if any(number < row.id for number in mine) else said is False or mine

    def teardown(self) -> None:
        self.vault.close()
        shutil.rmtree(self.home.parent)


TestTwoClients = TwoClients.TestCase
TestTwoClients.settings = settings(
    max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
)
