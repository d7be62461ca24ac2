"""The person's rights: their days, their answers, letters; and feedback that stays with the person unless shared."""

from __future__ import annotations

import calendar
import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from terms.errors import FirstpartyError, UsageError
from tests.vault.conftest import NOW, Made
from tests.vault.shops import Shop, active, introduced
from vault import ids, meeting, owner, profile
from vault.engaging import addressees, feedback, letters, rights, timeline
from vault.engaging.addressees import Addressee, NotConnectedError
from vault.engaging.feedback import Contact, NoAgreementError
from vault.engaging.rights import MAX_DATA, Said, TooMuchDataError, UnknownRightError
from vault.granting import addresses
from vault.policy import rights_life as life
from vault.policy.life import LifeError
from vault.policy.rights_life import Event, Right, State
from vault.policy.strict import DocumentError
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import audit, derived, events

OTHER = "https://other.example/client.json"
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@pytest.fixture
def to(vault: Vault) -> Addressee:
    introduced(vault, Shop())
    return addressees.found(vault, "shop", NOW)


def client_of(to: Addressee) -> int:
    assert to.client
    return to.client.id


# --- days ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "due", "extended"),
    [
        ("2026-03-03", "2026-04-03", "2026-06-03"),
        ("2026-01-31", "2026-03-02", "2026-04-30"),  # 28 February is a Saturday
        ("2028-01-31", "2028-02-29", "2028-05-01"),  # a leap year; 30 April is a Sunday
        ("2026-12-15", "2027-01-15", "2027-03-15"),
        ("2026-04-15", "2026-05-15", "2026-07-15"),
        ("2026-05-02", "2026-06-02", "2026-08-03"),  # 2 August is a Sunday
    ],
)
def test_the_last_day_is_a_month_on_or_three_moved_off_a_weekend(made: str, due: str, extended: str) -> None:
    day = date.fromisoformat(made)
    assert (life.due(day).isoformat(), life.due(day, extended=True).isoformat()) == (due, extended)


@given(DAYS)
def test_no_request_has_less_than_its_month_or_ends_on_a_weekend(made: date) -> None:
    due, extended = life.due(made), life.due(made, extended=True)
    last = calendar.monthrange(*((made.year, made.month + 1) if made.month < 12 else (made.year + 1, 1)))[1]
    assert due >= made + timedelta(days=min(28, last))
    assert due <= made + timedelta(days=33)
    assert due < extended
    assert max(due.weekday(), extended.weekday()) < 5


def test_a_request_is_in_time_on_its_last_day_and_overdue_on_the_next(vault: Vault, to: Addressee) -> None:
    one = rights.ask(vault, to, Right.ERASURE)
    due = date.fromisoformat(one.row.due)
    vault.now = datetime(due.year, due.month, due.day, 23, 59, 59, tzinfo=UTC)
    assert rights.one(vault, one.row.id).state is State.OPEN
    vault.now += timedelta(seconds=1)
    assert rights.one(vault, one.row.id).state is State.OVERDUE


# --- asking and answering -----------------------------------------------------------------------------------------------


def test_a_connected_vendor_is_told_and_its_answer_and_data_are_kept(vault: Vault, to: Addressee) -> None:
    one, client = rights.ask(vault, to, Right.ACCESS, "All of it."), client_of(to)
    assert [(e.type, e.subject) for e in events.after(vault.connection, client, 0, 9)] == [("right.exercised", one.id)]
    held: dict[str, object] = {"orders": [{"number": "A-17", "minor": 4990}], "name": "Alex"}
    done = rights.answer(vault, client, one.id, Said("fulfilled", "Here it is.", data=held))
    assert done.state is State.FULFILLED
    (kept,) = done.answers
    assert kept.data
    assert json.loads(kept.data) == held
    assert rights.listed(vault) == [done]
    leaves = [leaf.body or "" for leaf in audit.leaves(vault.connection, limit=99)]
    assert not any("A-17" in body or "All of it." in body for body in leaves)
    assert audit.verify(vault.connection, public=vault.keys.signer.public).ok
    with vault.transaction():
        vault.connection.execute("UPDATE right_answer SET data = '{}'")
    assert not audit.verify(vault.connection, public=vault.keys.signer.public).ok


def test_taking_longer_moves_the_day_once_and_only_in_time(vault: Vault, to: Addressee) -> None:
    one, client = rights.ask(vault, to, Right.PORTABILITY), client_of(to)
    longer = Said("acknowledged", because="we have many requests")
    first = rights.answer(vault, client, one.id, Said("acknowledged"))
    assert (first.state, first.row.due) == (State.ACKNOWLEDGED, one.row.due)
    moved = rights.answer(vault, client, one.id, longer)
    assert (moved.told_state, moved.row.due) == ("acknowledged", "2026-06-30")
    with pytest.raises(LifeError):
        rights.answer(vault, client, one.id, longer)
    late = rights.ask(vault, to, Right.ACCESS)
    vault.now += timedelta(days=40)
    with pytest.raises(LifeError):
        rights.answer(vault, client, late.id, longer)
    assert rights.answer(vault, client, late.id, Said("fulfilled")).state is State.FULFILLED


@pytest.mark.parametrize(
    ("right", "said"),
    [
        (Right.ACCESS, Said("refused")),
        (Right.ACCESS, Said("refused", because="  ")),
        (Right.ACCESS, Said("fulfilled", because="so it is")),
        (Right.ACCESS, Said("acknowledged", data={})),
        (Right.ERASURE, Said("fulfilled", data={"x": 1})),
        (Right.ACCESS, Said("fulfilled", "a\x1bb")),
    ],
)
def test_an_answer_that_is_none_is_refused_and_changes_nothing(
    vault: Vault, to: Addressee, right: Right, said: Said
) -> None:
    one = rights.ask(vault, to, right)
    with pytest.raises(DocumentError):
        rights.answer(vault, client_of(to), one.id, said)
    assert rights.one(vault, one.row.id) == one


def test_data_has_an_end(vault: Vault, to: Addressee) -> None:
    one = rights.ask(vault, to, Right.ACCESS)
    most = {"x": "a" * (MAX_DATA - len('{"x":""}'))}
    with pytest.raises(TooMuchDataError):
        rights.answer(vault, client_of(to), one.id, Said("fulfilled", data={"x": most["x"] + "a"}))
    assert rights.answer(vault, client_of(to), one.id, Said("fulfilled", data=dict(most))).state is State.FULFILLED


def test_another_client_knows_nothing_of_a_request(vault: Vault, to: Addressee) -> None:
    one = rights.ask(vault, to, Right.ACCESS)
    other = introduced(vault, Shop(OTHER, 3)).id
    assert list(rights.of_client(vault, other)) == []
    for named in (one.id, "rgt_0000000000000", "x"):
        with pytest.raises(UnknownRightError) as caught:
            rights.answer(vault, other, named, Said("fulfilled"))
        assert str(caught.value).replace(named, "") == str(
            UnknownRightError("there is no request ``", hint=caught.value.hint)
        )
    assert rights.one(vault, one.row.id).state is State.OPEN


# --- letters ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("right", Right)
def test_a_vendor_that_is_not_connected_gets_a_letter_in_the_persons_words(vault: Vault, right: Right) -> None:
    number = owner.add_vendor(vault, "Stadtwerke", domains=("stadtwerke.example",))
    profile.put(vault, "pd:Name", ["Alex Example"])
    to = addressees.found(vault, ids.text("vendor", number), NOW)
    one = rights.ask(vault, to, right, "My customer number is 4711.")
    made = letters.letter(vault, one)
    article = life.ARTICLES[right]
    assert made.to == (("website", "https://stadtwerke.example"),)
    for part in (
        "To Stadtwerke",
        article,
        "My customer number is 4711.",
        "Alex Example",
        one.row.due,
        "Art. 12(3) GDPR",
    ):
        assert part in made.text
    assert "{" not in made.text
    assert article in made.subject
    for address, purpose in (("mailto:hello@stadtwerke.example", None), ("mailto:data@stadtwerke.example", "privacy")):
        addresses.add(vault, number, address, purpose)
    assert letters.letter(vault, one).to == (
        ("privacy", "mailto:data@stadtwerke.example"),
        ("email", "mailto:hello@stadtwerke.example"),
        ("website", "https://stadtwerke.example"),
    )
    vault.now += timedelta(days=60)
    assert rights.one(vault, one.row.id).state is State.OVERDUE  # the days run all the same
    assert rights.withdraw(vault, one.row.id).state is State.WITHDRAWN


def test_requests_and_feedback_follow_a_vendor_that_turns_out_to_be_another(vault: Vault) -> None:
    one, two = (owner.add_vendor(vault, name, domains=(f"{name}.example",)) for name in ("one", "two"))
    to = addressees.found(vault, ids.text("vendor", one), NOW)
    rights.ask(vault, to, Right.ACCESS)
    feedback.give(vault, to, feedback.Said(3))
    with vault.transaction():
        derived.move_belongings(vault.connection, one, two)
    found = timeline.page(vault, addressees.found(vault, ids.text("vendor", two), NOW)).entries
    assert {entry.kind for entry in found} == {"right", "feedback"}


def test_a_vendor_with_two_clients_is_asked_through_the_one_that_is_named(vault: Vault) -> None:
    number = owner.add_vendor(vault, "Megastore", domains=("megastore.example",))
    urls = [f"https://{place}.megastore.example/client.json" for place in ("de", "fr")]
    clients = [introduced(vault, Shop(url, seed)).id for seed, url in enumerate(urls, start=3)]
    for client in clients:
        meeting.link(vault, client, number)
    with pytest.raises(addressees.UnknownAddresseeError, match="several clients"):
        rights.ask(vault, addressees.found(vault, "Megastore", NOW), Right.ACCESS)
    one = rights.ask(vault, addressees.found(vault, urls[1], NOW), Right.ACCESS)
    assert (one.row.client, one.row.vendor, one.row.addressee) == (clients[1], number, "Megastore")


# --- feedback -----------------------------------------------------------------------------------------------------------


def test_feedback_is_the_persons_and_told_only_where_shared_under_an_agreement(vault: Vault) -> None:
    shop = Shop()
    introduced(vault, shop)
    to = addressees.found(vault, "shop", NOW)
    feedback.give(vault, to, feedback.Said(1, "Never again."))
    said = feedback.Said(4, "Good.", Contact(("mail", "chat"), ("phone",), "18:00-20:00"))
    with pytest.raises(NoAgreementError):
        feedback.give(vault, to, said, share=True)
    active(vault, shop)
    row = feedback.give(vault, to, said, share=True)
    other = introduced(vault, Shop(OTHER, 3)).id
    assert feedback.shared(vault, client_of(to), 0, 9) == [row]
    assert feedback.shared(vault, other, 0, 9) == []
    assert feedback.contact_of(row) == said.contact
    assert len(feedback.listed(vault)) == 2
    told = [e.subject for e in events.after(vault.connection, client_of(to), 0, 99) if e.type == "feedback.shared"]
    assert told == [ids.text("feedback", row.id)]
    assert audit.verify(vault.connection, public=vault.keys.signer.public).ok


def test_sharing_with_a_vendor_that_is_not_connected_says_so(vault: Vault) -> None:
    number = owner.add_vendor(vault, "Stadtwerke", domains=())
    to = addressees.found(vault, ids.text("vendor", number), NOW)
    with pytest.raises(NotConnectedError):
        feedback.give(vault, to, feedback.Said(4), share=True)
    assert feedback.listed(vault) == []


@pytest.mark.parametrize(
    "said",
    [
        feedback.Said(),
        feedback.Said(0),
        feedback.Said(6),
        feedback.Said(3, contact=Contact(("pigeon",))),
        feedback.Said(3, contact=Contact(("mail",), ("mail",))),
        feedback.Said(3, contact=Contact(times="6 to 8")),
        feedback.Said(3, contact=Contact(times="18:00-25:00")),
    ],
)
def test_feedback_that_says_nothing_or_no_sense_is_refused(vault: Vault, to: Addressee, said: feedback.Said) -> None:
    with pytest.raises(UsageError):
        feedback.give(vault, to, said)


# --- the life against a plain model ---------------------------------------------------------------------------------------


@given(st.sampled_from(State), st.sampled_from(Event))
def test_what_is_over_stays_over_and_every_life_can_end(state: State, event: Event) -> None:
    is_over = state in (State.FULFILLED, State.REFUSED, State.WITHDRAWN)
    possible = {e for s, e in life.TABLE if s is state}
    assert is_over == (not possible)
    assert is_over or {Event.FULFIL, Event.REFUSE, Event.WITHDRAW} <= possible
    if event not in possible:
        with pytest.raises(LifeError):
            life.next_state(state, event)
    assert State.OVERDUE not in life.TABLE.values()


_TEMPLATE: list[Made] = []
_SAID = {
    "acknowledged": Said("acknowledged"),
    "longer": Said("acknowledged", because="many"),
    "fulfilled": Said("fulfilled"),
    "refused": Said("refused", because="no"),
}


@pytest.fixture(scope="module", autouse=True)
def known_template(template: Made) -> None:
    _TEMPLATE[:] = [template]


class Requests(RuleBasedStateMachine):
    """Requests of two clients are asked, answered, withdrawn and left while days pass; the model is a dictionary of days."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(mkdtemp()) / "vault"
        shutil.copytree(_TEMPLATE[0].home, self.home)
        self.vault = _TEMPLATE[0]._replace(home=self.home).open()

    @initialize()
    def both_known(self) -> None:
        self.clients = [introduced(self.vault, Shop(url, seed)).id for url, seed in ((Shop().url, 3), (OTHER, 4))]
        rows = [agreement_store.client(self.vault.connection, number) for number in self.clients]
        self.to = [Addressee(None, (row,)) for row in rows]
        # By id: (client, state as recorded, last day)
        self.model: dict[str, tuple[int, str, date]] = {}

    @property
    def today(self) -> date:
        return self.vault.now.date()

    def holds(self, id: str) -> str:
        _, state, due = self.model[id]
        is_late = self.today > due and state in ("open", "acknowledged", "extended")
        return "overdue" if is_late else state

    @rule(days=st.integers(1, 45))
    def days_pass(self, days: int) -> None:
        self.vault.now += timedelta(days=days)

    @rule(who=st.integers(0, 1), right=st.sampled_from(Right))
    def ask(self, who: int, right: Right) -> None:
        one = rights.ask(self.vault, self.to[who], right)
        self.model[one.id] = (who, "open", life.due(self.today))
        self.made = {**getattr(self, "made", {}), one.id: self.today}

    @rule(who=st.integers(0, 1), place=st.integers(0, 9), said=st.sampled_from(sorted(_SAID)))
    def answer(self, who: int, place: int, said: str) -> None:
        if not self.model:
            return
        id = sorted(self.model)[place % len(self.model)]
        of, _, due = self.model[id]
        before = self.holds(id)
        allowed = {
            "acknowledged": before == "open",
            "longer": before in ("open", "acknowledged"),
        }.get(said, before in ("open", "acknowledged", "extended", "overdue"))
        if who != of:
            with pytest.raises(UnknownRightError):
                rights.answer(self.vault, self.clients[who], id, _SAID[said])
        elif not allowed:
            with pytest.raises(LifeError):
                rights.answer(self.vault, self.clients[who], id, _SAID[said])
        else:
            rights.answer(self.vault, self.clients[who], id, _SAID[said])
            later = life.due(self.made[id], extended=True) if said == "longer" else due
            self.model[id] = (of, "extended" if said == "longer" else said, later)

    @rule(place=st.integers(0, 9))
    def withdraw(self, place: int) -> None:
        if not self.model:
            return
        id = sorted(self.model)[place % len(self.model)]
        of, _, due = self.model[id]
        try:
            rights.withdraw(self.vault, ids.number_of("right", id))
        except FirstpartyError:
            assert self.holds(id) in ("fulfilled", "refused", "withdrawn")
        else:
            assert self.holds(id) not in ("fulfilled", "refused", "withdrawn")
            self.model[id] = (of, "withdrawn", due)

    @invariant()
    def the_vault_says_what_the_model_says(self) -> None:
        found = {one.id: (str(one.state), one.row.due) for one in rights.listed(self.vault)}
        assert found == {id: (self.holds(id), due.isoformat()) for id, (_, _, due) in self.model.items()}

    @invariant()
    def each_client_sees_its_own(self) -> None:
        for who, client in enumerate(self.clients):
            seen = {one.id for one in rights.of_client(self.vault, client)}
            assert seen == {id for id, (of, _, _) in self.model.items() if of == who}

    def teardown(self) -> None:
        self.vault.close()
        shutil.rmtree(self.home.parent)


TestRequests = Requests.TestCase
TestRequests.settings = settings(
    max_examples=15, stateful_step_count=18, deadline=None, suppress_health_check=list(HealthCheck)
)
