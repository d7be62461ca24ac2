"""Grants: never more than was asked and agreed, released exactly, on record, and over at once when they are over."""

from __future__ import annotations

import copy
import dataclasses
import json
import multiprocessing
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from terms.choice import Choice
from terms.errors import FirstpartyError
from terms.practice import Contact, Practice, Recipient
from terms.proof import jcs
from terms.proof.leaf import digest_of
from terms.proof.verifier import verify
from terms.stated import Stated
from tests.vault.conftest import NOW
from tests.vault.shops import DAY, Shop, active, introduced, proffered
from tests.vault.statements import account, bring, contents, monthly, records
from vault import agreements, archive, choosing, granting, ids, profile
from vault.granting import Grant, Permission, Released, Withheld, addresses, releasing
from vault.granting.permission import beyond, from_json
from vault.granting.releasing import Given
from vault.policy.grant_life import LIVE, TABLE, Event, State, next_state
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import audit, connection, vendors
from vault.store import grants as store

# What a profile can hold: UTF-8, so no lone surrogates.
TEXT = st.text(st.characters(codec="utf-8"))
EMAIL, PHONE, ADDRESS = "pd:EmailAddress", "pd:TelephoneNumber", "pd:PhysicalAddress"
SERVICE = Permission(("pd:Contact",), ("dpv:ServiceProvision",), retention="P30D")
YEAR = timedelta(days=365)


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def agreement(vault: Vault, shop: Shop) -> str:
    profile.put(vault, EMAIL, ["home@example.org"], label="home")
    profile.put(vault, EMAIL, ["work@example.org"], label="work")
    profile.put(vault, ADDRESS, ["Example Street 1", "12345 Exampletown"])
    profile.put(vault, "pd:HealthRecord", ["fit"])
    return active(vault, shop)


def gives(vault: Vault, agreement: str, **changes: object) -> Grant:
    return granting.give(vault, agreement, replace(SERVICE, **changes))  # type: ignore[arg-type]


def released(vault: Vault, one: Grant, *categories: str) -> Released:
    done = granting.release(vault, one.row.id, categories or None)
    assert isinstance(done, Released), done
    return done


def withheld(vault: Vault, one: Grant, *categories: str) -> Withheld:
    """Nothing was released, and nothing was written but the end of a grant."""
    leaves = len(of_event(vault, "release.made"))
    done = granting.release(vault, one.row.id, categories or None)
    assert isinstance(done, Withheld), done
    assert len(of_event(vault, "release.made")) == leaves
    return done


def texts(done: Released) -> list[object]:
    return [got.value for got in done.attributes]


def now(vault: Vault, one: Grant) -> Grant:
    return granting.held(vault.connection, one.row.id, vault.now)


def of_event(vault: Vault, event: str) -> list[dict[str, object]]:
    return [json.loads(leaf.body or "{}") for leaf in audit.leaves(vault.connection, 10_000) if leaf.event == event]


def refuses(**stated: object) -> Choice:
    return Choice(Stated(**stated))  # type: ignore[arg-type]


def error_of(step: Callable[[], object]) -> FirstpartyError:
    with pytest.raises(FirstpartyError) as caught:
        step()
    return caught.value


def assert_whole(vault: Vault) -> None:
    verified = audit.verify(vault.connection, public=vault.keys.signer.public)
    assert verified.ok, verified.faults


# --- the table ------------------------------------------------------------------------------------------------------


def test_a_grant_only_ever_becomes_less_and_what_is_over_stays_over() -> None:
    assert {state for state, _ in TABLE} == LIVE
    for state in State:
        for event in Event:
            if state in LIVE:
                assert next_state(state, event) not in {State.ACTIVE}
            else:
                assert error_of(lambda state=state, event=event: next_state(state, event)).code == "illegal-event"  # type: ignore[misc]


# --- giving ---------------------------------------------------------------------------------------------------------


def test_a_grant_is_given_under_an_agreement_with_its_leaf(vault: Vault, agreement: str) -> None:
    one = granting.give(vault, agreement, SERVICE, expires=vault.now + 30 * DAY)
    assert (one.state, one.agreement.id, one.row.reads) == (State.ACTIVE, agreement, 0)
    assert one.expires == "2026-04-30T12:00:00Z"
    assert of_event(vault, "grant.given") == [
        {
            "agreement": agreement,
            "grant": one.id,
            "expires": "2026-04-30T12:00:00Z",
            "permission": {
                "actions": ["read"],
                "ai_training": False,
                "data": ["pd:Contact"],
                "purposes": ["dpv:ServiceProvision"],
                "recipients": [],
                "retention": "P30D",
            },
        }
    ]
    assert granting.listed(vault.connection, vault.now) == [one]


NOT_ALLOWED: dict[str, dict[str, object]] = {
    "a purpose": {"purposes": ("dpv:Marketing",)},
    "one of two purposes": {"purposes": ("dpv:ServiceProvision", "dpv:Advertising")},
    "a third party": {"recipients": (Recipient("Example Ads Ltd"),)},
    "training AI": {"ai_training": True},
}


@pytest.mark.parametrize("name", NOT_ALLOWED)
def test_what_the_agreement_does_not_allow_is_refused_with_reasons(vault: Vault, agreement: str, name: str) -> None:
    before = records(vault.connection)
    error = error_of(lambda: gives(vault, agreement, **NOT_ALLOWED[name]))
    assert error.code == "exceeds-agreement"
    assert "SD-BASE" in error.sentence
    assert records(vault.connection) == before


ADDITIONS: dict[str, tuple[dict[str, object], str]] = {
    "a refused category": ({"refused_data": (EMAIL,)}, "may include pd:EmailAddress"),
    "a refused purpose": ({"refused_purposes": ("dpv:ServiceProvision",)}, "refused"),
    "a shorter retention": ({"retention": (("dpv:Data", "P7D"),)}, "P30D is longer than P7D"),
    "where data may go": ({"transfers_within": ("EU",)}, "not declared where data goes"),
}


@pytest.mark.parametrize("name", ADDITIONS)
def test_what_the_owner_has_refused_is_not_granted(vault: Vault, agreement: str, name: str) -> None:
    additions, why = ADDITIONS[name]
    choosing.choose(vault, refuses(**additions))
    error = error_of(lambda: gives(vault, agreement))
    assert error.code == "exceeds-agreement"
    assert why in error.sentence


def test_limits_on_contact_and_on_the_length_of_agreements_are_not_for_grants(vault: Vault, agreement: str) -> None:
    choosing.choose(vault, refuses(duration="P1Y", contact=Contact(channels=())))
    assert gives(vault, agreement).is_live


def test_no_grant_without_an_agreement_that_binds(vault: Vault, shop: Shop) -> None:
    open_one = proffered(vault, shop)
    other = active(vault, shop)
    agreements.terminate(vault, other)
    for id in (open_one, other, "agr_nothing"):
        assert error_of(lambda id=id: gives(vault, id)).code == "no-agreement"  # type: ignore[misc]
    vault.now += 2 * YEAR
    lapsed = active(vault, Shop("https://b.example/c.json"))
    vault.now += YEAR
    assert error_of(lambda: gives(vault, lapsed)).code == "no-agreement"


MORE: dict[str, dict[str, object]] = {
    "data": {"data": ("pd:Tracking",)},
    "purposes": {"purposes": ("dpv:ServiceProvision", "dpv:FraudPreventionAndDetection")},
    "actions": {"actions": ("read", "write")},
    "retention": {"retention": "P31D"},
    "recipients": {"recipients": (Recipient("Other"),)},
    "ai_training": {"ai_training": True},
    "transfers": {"transfers": ("US",)},
}


@pytest.mark.parametrize("field", MORE)
def test_a_grant_is_never_more_than_was_asked(vault: Vault, agreement: str, field: str) -> None:
    asked = replace(SERVICE, transfers=("DE",))
    wanted = replace(asked, **MORE[field])  # type: ignore[arg-type]
    assert beyond(wanted, asked) == [field]
    error = error_of(lambda: granting.give(vault, agreement, wanted, asked=asked))
    assert error.code == "more-than-asked"
    assert field in error.sentence
    less = granting.give(vault, agreement, replace(asked, data=(EMAIL,), retention="P1W"), asked=asked)
    assert less.permission.data == (EMAIL,)
    assert json.loads(less.row.asked)["data"] == ["pd:Contact"]


def test_undeclared_is_more_than_declared() -> None:
    assert beyond(replace(SERVICE, retention=None), SERVICE) == ["retention"]
    assert beyond(SERVICE, replace(SERVICE, transfers=())) == ["transfers"]
    assert beyond(SERVICE, replace(SERVICE, retention=None)) == []


MALFORMED: dict[str, dict[str, object]] = {
    "no data": {"data": ()},
    "no purposes": {"purposes": ()},
    "no actions": {"actions": ()},
    "an unknown category": {"data": ("pd:Emails",)},
    "an unknown purpose": {"purposes": ("dpv:Whatever",)},
    "no duration": {"retention": "a while"},
    "no country": {"transfers": ("Germany",)},
    "a shouted action": {"actions": ("READ",)},
    "a recipient without a name": {"recipients": (Recipient(),)},
    "too many entries": {"purposes": tuple(f"dpv:P{n}" for n in range(51))},
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_permission_is_refused(vault: Vault, agreement: str, name: str) -> None:
    before = records(vault.connection)
    error_of(lambda: gives(vault, agreement, **MALFORMED[name]))
    assert records(vault.connection) == before


def test_what_a_vendor_leaves_undeclared_is_not_taken_for_a_no() -> None:
    declared = Practice(("dpv:ServiceProvision",), (EMAIL,), (), ai_training=False)
    assert Permission.of_practice(declared).data == (EMAIL,)
    for field in ("purposes", "data", "recipients", "ai_training"):
        with pytest.raises(FirstpartyError, match=field):
            Permission.of_practice(dataclasses.replace(declared, **{field: None}))


def test_a_permission_is_read_back_as_it_was_written() -> None:
    one = replace(SERVICE, recipients=(Recipient("A", "dpv:DataProcessor"), Recipient("B")), transfers=("DE", "EEA"))
    assert from_json(json.loads(one.encoded())) == one
    assert from_json(json.loads(SERVICE.encoded())) == SERVICE


# --- releasing ------------------------------------------------------------------------------------------------------


def test_a_release_gives_exactly_what_is_granted_at_that_moment(vault: Vault, agreement: str) -> None:
    one = gives(vault, agreement)
    done = released(vault, one)
    assert texts(done) == ["home@example.org", "work@example.org", ("Example Street 1", "12345 Exampletown")]
    assert [got.preferred for got in done.attributes] == [True, False, True]
    vault.now += DAY
    profile.put(vault, EMAIL, ["new@example.org"], label="home")
    assert texts(released(vault, one, EMAIL)) == ["new@example.org", "work@example.org"]
    assert (now(vault, one).row.reads, now(vault, one).row.last_read_at) == (2, "2026-04-01T12:00:00Z")


def test_a_release_is_on_record_and_can_be_checked_by_whoever_got_it(vault: Vault, agreement: str) -> None:
    one = gives(vault, agreement)
    done = released(vault, one, EMAIL, PHONE)
    (body,) = of_event(vault, "release.made")
    assert (body["agreement"], body["grant"], body["categories"]) == (agreement, one.id, [EMAIL, PHONE])
    assert body["absent"] == [PHONE]
    assert body["attributes"] == json.loads(msgspec.json.encode(done.attributes))
    assert body["digest"] == done.digest == releasing.digest_of(done.attributes, done.salt)
    assert releasing.digest_of(done.attributes[:1], done.salt) != done.digest
    assert audit.leaves(vault.connection, 1)[0].n == done.leaf
    assert_whole(vault)


@given(st.lists(st.tuples(TEXT, st.booleans(), TEXT | st.lists(TEXT).map(tuple))))
def test_the_digest_is_over_the_canonical_json_of_what_was_given(
    given_: list[tuple[str, bool, str | tuple[str, ...]]],
) -> None:
    attributes = [Given(EMAIL, label, preferred, value) for label, preferred, value in given_]
    said: jcs.JsonValue = [
        {"category": EMAIL, "label": label, "preferred": preferred, "value": _plain(value)}
        for label, preferred, value in given_
    ]
    salt = "6f1d0c8ab2e94a51b2b3a9f6f0f3a871"
    assert releasing.digest_of(attributes, salt) == digest_of(bytes.fromhex(salt), jcs.canonical(said).decode()).hex()


def _plain(value: str | tuple[str, ...]) -> jcs.JsonValue:
    return value if isinstance(value, str) else list(value)


def test_the_dispute_bundle_shows_what_was_granted_and_released(vault: Vault, agreement: str) -> None:
    one = gives(vault, agreement)
    released(vault, one)
    granting.revoke(vault, one.row.id)
    bundle = agreements.bundle(vault, agreement)
    events = [release.event for release in bundle.releases]
    assert events[-3:] == ["grant.given", "release.made", "grant.revoked"]
    assert "home@example.org" in str(bundle.releases[-2].body)
    assert verify(bundle).ok
    profile.erase(vault, profile.find(vault.connection, EMAIL, "home"))
    bundle = agreements.bundle(vault, agreement)
    assert "home@example.org" not in str(bundle.releases)
    assert verify(bundle).ok


def test_what_the_profile_lacks_is_absent_and_said_to_be(vault: Vault, agreement: str) -> None:
    one = gives(vault, agreement)
    assert released(vault, one, PHONE).absent == (PHONE,)
    assert released(vault, one, PHONE).attributes == ()
    assert released(vault, one, EMAIL).absent == ()


@pytest.mark.parametrize("categories", [["pd:Name"], [EMAIL, "pd:Name"], ["pd:Tracking"], ["pd:HealthRecord"]])
def test_a_release_of_more_than_is_granted_is_refused_as_a_whole(
    vault: Vault, agreement: str, categories: Sequence[str]
) -> None:
    done = withheld(vault, gives(vault, agreement), *categories)
    assert done.code == "not-granted"
    assert categories[-1] in done.reasons[0]


def test_a_special_category_is_released_only_where_it_was_granted_by_name(vault: Vault, agreement: str) -> None:
    broad = gives(vault, agreement, data=("pd:External",))
    assert released(vault, broad).attributes == ()
    assert withheld(vault, broad, "pd:HealthRecord").code == "not-granted"
    assert texts(released(vault, gives(vault, agreement, data=("pd:MedicalHealth",)))) == ["fit"]


def test_a_grant_with_labels_reaches_only_attributes_that_have_one(vault: Vault, agreement: str) -> None:
    one = granting.give(vault, agreement, SERVICE, labels=["Work"])
    assert texts(released(vault, one)) == ["work@example.org"]
    profile.put(vault, EMAIL, ["other@example.org"], label="home")
    assert granting.pending_changes(vault) == []


def test_a_grant_that_is_not_for_reading_releases_nothing(vault: Vault, agreement: str) -> None:
    assert withheld(vault, gives(vault, agreement, actions=("write",))).code == "not-granted"


def test_what_the_owner_refuses_later_is_withheld_from_then_on(vault: Vault, agreement: str) -> None:
    one = gives(vault, agreement)
    named = gives(vault, agreement, data=(EMAIL, ADDRESS))
    choosing.choose(vault, refuses(refused_data=(EMAIL,)))
    # Under the broad category, it is left out without a word; by its name, it is withheld with the reason.
    done = released(vault, one)
    assert (texts(done), done.withheld) == ([("Example Street 1", "12345 Exampletown")], ())
    done = released(vault, named)
    assert texts(done) == [("Example Street 1", "12345 Exampletown")]
    assert [(no.category, no.reasons) for no in done.withheld] == [(EMAIL, (f"{EMAIL} is refused",))]
    assert withheld(vault, named, EMAIL).code == "exceeds-agreement"
    choosing.choose(vault, refuses(refused_purposes=("dpv:ServiceProvision",)))
    assert withheld(vault, one).code == "exceeds-agreement"
    choosing.choose(vault, refuses(retention=(("dpv:Data", "P7D"),)))
    assert "P30D is longer than P7D" in withheld(vault, one).reasons[0]


# --- the end --------------------------------------------------------------------------------------------------------


def test_after_a_revocation_nothing_is_released(vault: Vault, agreement: str) -> None:
    one, other = gives(vault, agreement), gives(vault, agreement)
    granting.revoke(vault, one.row.id, "no longer a customer")
    assert withheld(vault, one).code == "grant-revoked"
    assert released(vault, other).attributes
    assert of_event(vault, "grant.revoked")[0]["because"] == "no longer a customer"
    for step in (granting.revoke, lambda vault, id: granting.narrow(vault, id, [EMAIL])):
        assert error_of(lambda step=step: step(vault, one.row.id)).code == "illegal-event"  # type: ignore[misc]
    assert_whole(vault)


def test_a_grant_is_narrowed_and_never_widened(vault: Vault, agreement: str) -> None:
    one = gives(vault, agreement)
    narrowed = granting.narrow(vault, one.row.id, [ADDRESS, PHONE])
    assert (narrowed.state, narrowed.permission.data) == (State.NARROWED, (ADDRESS, PHONE))
    assert texts(released(vault, one)) == [("Example Street 1", "12345 Exampletown")]
    assert withheld(vault, one, EMAIL).code == "not-granted"
    for only in ([EMAIL], ["pd:Contact"], [ADDRESS, PHONE], [], ["pd:Contact", ADDRESS]):
        assert error_of(lambda only=only: granting.narrow(vault, one.row.id, only)).code == "not-narrower"  # type: ignore[misc]
    assert granting.narrow(vault, one.row.id, [ADDRESS]).permission.data == (ADDRESS,)
    assert_whole(vault)


ENDINGS: dict[str, Callable[[Vault, Shop, str], object]] = {
    "withdrawn": lambda vault, shop, id: agreements.withdraw(vault, id),
    "terminated": lambda vault, shop, id: agreements.terminate(vault, id),
    "run out": lambda vault, shop, id: setattr(vault, "now", vault.now + YEAR),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_a_grant_ends_with_its_agreement_and_that_is_put_on_record(
    vault: Vault, shop: Shop, agreement: str, name: str
) -> None:
    one, other = gives(vault, agreement), gives(vault, agreement)
    ENDINGS[name](vault, shop, agreement)
    assert now(vault, one).state is State.ENDED
    assert of_event(vault, "grant.ended") == []
    assert withheld(vault, one).code == "grant-ended"
    assert [body["grant"] for body in of_event(vault, "grant.ended")] == [one.id]
    assert withheld(vault, one).code == "grant-ended"
    assert [done.id for done in granting.settle(vault)] == [other.id]
    assert granting.settle(vault) == []
    assert len(of_event(vault, "grant.ended")) == 2
    assert_whole(vault)


def test_a_grant_runs_out_at_its_time_to_the_second(vault: Vault, agreement: str) -> None:
    one = granting.give(vault, agreement, SERVICE, expires=vault.now + 30 * DAY)
    vault.now += 30 * DAY - timedelta(seconds=1)
    assert released(vault, one).attributes
    vault.now += timedelta(seconds=1)
    assert withheld(vault, one).code == "grant-expired"
    assert now(vault, one).row.state == State.EXPIRED
    assert error_of(lambda: granting.give(vault, agreement, SERVICE, expires=vault.now)).code == "usage"


def test_a_violation_that_is_claimed_does_not_end_a_grant(vault: Vault, agreement: str) -> None:
    one = gives(vault, agreement)
    agreements.claim_violation(vault, agreement, "forbid-sharing", "they shared it")
    assert released(vault, one).attributes


def test_a_grant_goes_on_under_the_agreement_that_amends_its_own(vault: Vault, shop: Shop) -> None:
    profile.put(vault, EMAIL, ["me@example.org"])
    first = active(vault, shop, "SD-BASE-A")
    service, analytics = gives(vault, first), gives(vault, first, purposes=("dpv:ServiceUsageAnalytics",))
    vault.now += DAY
    second = active(vault, shop, "SD-BASE-DP", replaces=first)
    row = agreement_store.agreement(vault.connection, first)
    assert row is not None
    assert row.state == "amended"
    assert released(vault, service).agreement == second
    assert of_event(vault, "release.made")[0]["agreement"] == second
    # The new terms do not allow what the old ones did.
    assert withheld(vault, analytics).code == "exceeds-agreement"
    agreements.terminate(vault, second)
    assert withheld(vault, service).code == "grant-ended"
    assert_whole(vault)


def test_a_proffer_that_was_never_accepted_carries_nothing(vault: Vault, shop: Shop) -> None:
    first = active(vault, shop)
    one = gives(vault, first)
    proffered(vault, shop, "SD-BASE-DP", replaces=first)
    agreements.terminate(vault, first)
    assert now(vault, one).state is State.ENDED


# --- together -------------------------------------------------------------------------------------------------------


def _beside(vault: Vault) -> Vault:
    """The same vault by a connection of its own, as another worker of a server would have it."""
    other = copy.copy(vault)
    other.connection = connection.connect(vault.path, vault.keys.database)
    return other


def test_no_release_begins_after_a_revocation_was_acknowledged(vault: Vault, agreement: str) -> None:
    """Two readers and one who revokes, each with a connection of its own: no leaf of a release follows that of the end."""
    # Who waits for the lock is not served in turn, and readers that ask without a pause may be quicker for long.
    connection.wait_at_most(vault.connection, 60)
    for _ in range(5):
        one = gives(vault, agreement)
        done, late = threading.Event(), list[object]()

        def read(one: Grant = one, done: threading.Event = done, late: list[object] = late) -> None:
            beside = _beside(vault)
            for _ in range(500):
                was_acknowledged = done.is_set()
                got = granting.release(beside, one.row.id)
                if isinstance(got, Withheld):
                    break
                if was_acknowledged:
                    late.append(got)
            connection.close(beside.connection)

        readers = [threading.Thread(target=read) for _ in range(2)]
        for reader in readers:
            reader.start()
        while now(vault, one).row.reads < 3:
            pass
        granting.revoke(vault, one.row.id)
        done.set()
        for reader in readers:
            reader.join()
        assert late == []
        _assert_nothing_after_the_end(vault, one)
    assert_whole(vault)


def _assert_nothing_after_the_end(vault: Vault, one: Grant) -> None:
    bodies = [(leaf.n, leaf.event, leaf.body or "") for leaf in audit.leaves(vault.connection, 10_000)]
    (end,) = (n for n, event, body in bodies if event == "grant.revoked" and one.id in body)
    reads = [n for n, event, body in bodies if event == "release.made" and one.id in body]
    assert len(reads) == now(vault, one).row.reads >= 3
    assert max(reads) < end


def _reads_in_another_process(path: Path, key: bytes, vault_of: Vault, id: int, begun: object, results: object) -> None:
    beside = copy.copy(vault_of)
    beside.connection = connection.connect(path, key)
    count = 0
    while isinstance(granting.release(beside, id), Released):
        count += 1
        if count == 3:
            begun.set()  # type: ignore[attr-defined]
    results.put(count)  # type: ignore[attr-defined]
    connection.close(beside.connection)


def test_a_reader_in_another_process_is_stopped_too(vault: Vault, agreement: str) -> None:
    one = gives(vault, agreement)
    forked = multiprocessing.get_context("fork")
    begun, results = forked.Event(), forked.Queue()
    arguments = (vault.path, vault.keys.database, vault, one.row.id, begun, results)
    process = forked.Process(target=_reads_in_another_process, args=arguments)
    process.start()
    assert begun.wait(20)
    granting.revoke(vault, one.row.id)
    assert results.get(timeout=20) == now(vault, one).row.reads
    process.join()
    _assert_nothing_after_the_end(vault, one)
    assert_whole(vault)


# --- say it once ----------------------------------------------------------------------------------------------------


def notices(vault: Vault) -> list[tuple[str, str]]:
    return [(one.grant.id, one.notice.category) for one in granting.pending_changes(vault)]


def test_a_change_is_owed_to_every_live_grant_that_covers_it(vault: Vault, agreement: str) -> None:
    covering = [gives(vault, agreement), gives(vault, agreement, data=(EMAIL,))]
    gives(vault, agreement, data=(ADDRESS,))
    revoked = gives(vault, agreement)
    granting.revoke(vault, revoked.row.id)
    assert notices(vault) == []
    done = profile.put(vault, EMAIL, ["new@example.org"], label="home")
    assert done.notices == 2
    assert notices(vault) == [(one.id, EMAIL) for one in covering]


def test_a_category_that_is_reached_by_two_roads_is_owed_once(vault: Vault, agreement: str) -> None:
    one = gives(vault, agreement, data=("pd:Location", "pd:Contact", ADDRESS))
    profile.put(vault, ADDRESS, ["New Road 2"])
    assert notices(vault) == [(one.id, ADDRESS)]


def test_a_notice_waits_until_it_was_acknowledged(vault: Vault, agreement: str) -> None:
    one = gives(vault, agreement)
    profile.put(vault, ADDRESS, ["New Road 2"])
    (pending,) = granting.pending_changes(vault)
    granting.mark_delivered(vault, pending.notice.change, one.row.id)
    granting.mark_delivered(vault, pending.notice.change, one.row.id)
    (again,) = granting.pending_changes(vault)
    assert (again.notice.delivered_at, again.notice.acknowledged_at) == ("2026-03-31T12:00:00Z", None)
    for _ in range(2):
        granting.acknowledge(vault, pending.notice.change, one.row.id)
    assert granting.pending_changes(vault) == []
    assert len(of_event(vault, "profile.acknowledged")) == 1
    assert error_of(lambda: granting.acknowledge(vault, 999, one.row.id)).code == "not-found"
    assert error_of(lambda: granting.mark_delivered(vault, 999, one.row.id)).code == "not-found"


def test_a_change_that_lies_ahead_is_owed_from_its_day_on_to_later_grants_too(vault: Vault, agreement: str) -> None:
    one = gives(vault, agreement)
    profile.put(vault, ADDRESS, ["New Road 2"], since=NOW.date() + 10 * DAY)
    later = gives(vault, agreement)
    assert notices(vault) == []
    vault.now += 10 * DAY
    assert notices(vault) == [(one.id, ADDRESS), (later.id, ADDRESS)]
    granting.revoke(vault, one.row.id)
    granting.narrow(vault, later.row.id, [EMAIL])
    assert notices(vault) == []


def test_a_change_that_was_to_come_and_does_not_is_owed_to_nobody(vault: Vault, agreement: str) -> None:
    one = gives(vault, agreement)
    profile.put(vault, ADDRESS, ["New Road 2"], since=NOW.date() + 10 * DAY)
    profile.remove(vault, profile.find(vault.connection, ADDRESS))
    vault.now += 10 * DAY
    assert notices(vault) == [(one.id, ADDRESS)]
    assert granting.pending_changes(vault)[0].notice.kind == "ended"


def test_the_notice_and_the_change_are_written_together_or_not_at_all(
    vault: Vault, agreement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gives(vault, agreement)
    before = contents(vault.connection)

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("the power goes")

    monkeypatch.setattr(store, "add_notices", fails)
    with pytest.raises(RuntimeError):
        profile.put(vault, ADDRESS, ["New Road 2"])
    assert contents(vault.connection) == before
    monkeypatch.setattr(store, "add_release", fails)
    with pytest.raises(RuntimeError):
        granting.release(vault, granting.listed(vault.connection, vault.now)[0].row.id)
    assert contents(vault.connection) == before


def test_vendors_that_hold_it_without_a_grant_are_still_to_tell(vault: Vault, shop: Shop) -> None:
    bring(vault, monthly("Fitnesswerk Nordstadt", 29.9, "2025-10-01", 6))
    bring(vault, [account("Larkfield", "https://larkfield.example", "Old@example.org")])
    profile.put(vault, EMAIL, ["old@example.org"])
    profile.put(vault, ADDRESS, ["Old Street 1"])
    profile.put(vault, "pd:Income", ["a lot"])
    vault.now += DAY
    assert granting.still_to_tell(vault) == []
    profile.put(vault, ADDRESS, ["New Road 2"])
    profile.put(vault, "pd:Income", ["less"])
    found = {one.name: one for one in granting.still_to_tell(vault)}
    assert {name: [change[0] for change in one.changes] for name, one in found.items()} == {
        "Fitnesswerk Nordstadt": [ADDRESS],
        "Larkfield": [ADDRESS],
    }
    assert "running contract" in found["Fitnesswerk Nordstadt"].changes[0][2]
    assert "assumed" in found["Larkfield"].changes[0][2]
    vault.now += DAY
    profile.put(vault, EMAIL, ["new@example.org"])
    found = {one.name: one for one in granting.still_to_tell(vault)}
    vault.now += DAY
    found = {one.name: one for one in granting.still_to_tell(vault)}
    assert (EMAIL, "2026-04-02", "an account there goes by the old value") in found["Larkfield"].changes
    granting.mark_told(vault, found["Larkfield"].vendor)
    assert [one.name for one in granting.still_to_tell(vault)] == ["Fitnesswerk Nordstadt"]
    vault.now += DAY
    profile.put(vault, EMAIL, ["newest@example.org"])
    assert {one.name for one in granting.still_to_tell(vault)} == {"Fitnesswerk Nordstadt", "Larkfield"}
    assert_whole(vault)


def test_a_vendor_that_has_read_it_and_may_not_any_more_is_still_to_tell_with_its_address(
    vault: Vault, shop: Shop, agreement: str
) -> None:
    bring(vault, [account("Example Shop", "https://shop.example", "x")])
    (row,) = vendors.vendors(vault.connection)
    agreements.known_client(vault, shop.document(), vendor=row.id)
    addresses.add(vault, row.id, "postal:Example Shop, Example Street 1")
    addresses.add(vault, row.id, "mailto:p@shop.example", "privacy")
    one = gives(vault, agreement)
    released(vault, one)
    vault.now += DAY
    profile.put(vault, ADDRESS, ["New Road 2"])
    assert granting.still_to_tell(vault) == []  # it is told by its grant
    granting.revoke(vault, one.row.id)
    (telling,) = granting.still_to_tell(vault)
    assert telling.changes == ((ADDRESS, "2026-04-01", "it read this on 2026-03-31"),)
    assert [(contact.kind, contact.value) for contact in telling.contacts] == [
        ("privacy", "mailto:p@shop.example"),
        ("mail", "postal:Example Shop, Example Street 1"),
        ("account", "https://shop.example"),
    ]
    vault.now += DAY
    again = gives(vault, agreement)
    released(vault, again)
    granting.revoke(vault, again.row.id)
    assert granting.still_to_tell(vault) == []  # it has read the new one


# --- on record ------------------------------------------------------------------------------------------------------

TAMPERED: dict[str, str] = {
    "a release without its leaf": "UPDATE data_release SET leaf = leaf - 1",
    "a release of another digest": "UPDATE data_release SET digest = hex(zeroblob(32))",
    "a release that is gone": "DELETE FROM data_release",
    "a wrong count": "UPDATE data_grant SET reads = reads + 1",
    "a grant that lives again": "UPDATE data_grant SET state = 'active'",
}


@pytest.mark.parametrize("name", TAMPERED)
def test_the_audit_notices_what_does_not_fit_the_log(vault: Vault, agreement: str, name: str) -> None:
    one = gives(vault, agreement)
    released(vault, one)
    granting.revoke(vault, one.row.id)
    assert_whole(vault)
    vault.connection.execute("PRAGMA foreign_keys = OFF")
    vault.connection.execute(TAMPERED[name])
    assert not audit.verify(vault.connection, public=vault.keys.signer.public).ok


def test_an_archive_carries_grants_releases_and_notices(
    vault: Vault, other: Vault, agreement: str, tmp_path: Path
) -> None:
    one = gives(vault, agreement)
    released(vault, one)
    profile.put(vault, EMAIL, ["new@example.org"], label="home")
    archive.export(vault, tmp_path / "everything.zip")
    archive.bring(other, tmp_path / "everything.zip")
    assert granting.listed(other.connection, vault.now) == granting.listed(vault.connection, vault.now)
    assert granting.pending_changes(other) == granting.pending_changes(vault)
    assert_whole(other)
    done = granting.release(other, one.row.id)
    assert isinstance(done, Released)
    assert "new@example.org" in texts(done)
    granting.revoke(other, one.row.id)
    profile.erase(other, profile.find(other.connection, EMAIL, "home"))
    assert "home@example.org" not in str(contents(other.connection))
    assert_whole(other)


def test_what_the_rules_know_of_a_grant_is_that_of_its_own_client(vault: Vault, agreement: str) -> None:
    one = gives(vault, agreement, recipients=())
    stranger = introduced(vault, Shop("https://b.example/c.json"))
    known = granting.granted(vault.connection, one.id, {one.row.client}, vault.now)
    assert known is not None
    assert (known.data, known.actions, known.revoked) == (frozenset({"pd:Contact"}), frozenset({"read"}), False)
    assert granting.granted(vault.connection, one.id, {stranger.id}, vault.now) is None
    for id in ("", "x", "grt_0000000000000", ids.text("vendor", one.row.id)):
        assert granting.granted(vault.connection, id, {one.row.client}, vault.now) is None
    agreements.terminate(vault, agreement)
    known = granting.granted(vault.connection, one.id, {one.row.client}, vault.now)
    assert known is not None
    assert known.revoked
