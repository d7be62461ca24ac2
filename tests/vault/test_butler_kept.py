"""What the butler keeps between decisions is what the same bytes come to: whoever changes rules or settings, the next decision
is by them."""

from __future__ import annotations

from datetime import timedelta

from tests.vault.conftest import NOW
from vault.butler import keeping, rulebook, settings
from vault.butler.decisions import Butler
from vault.butler.disclosing import told
from vault.policy.requests import of_json
from vault.policy.verdicts import Verdict
from vault.session import Vault

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
