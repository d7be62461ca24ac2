"""Offers: the worst case is one, whatever is stated; and nothing that a vendor writes breaks the reader or a fact."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.vault.worlds import Vault, money, offer
from vault.policy import requests
from vault.policy.facts import TABLE
from vault.policy.figures import commitment, first_year, per_month
from vault.policy.gathering import gathered
from vault.policy.known import Budget, Held
from vault.policy.spans import begun, completed, covers, leaving_after, most_days
from vault.policy.strict import DocumentError
from vault.policy.values import Amount, Duration
from vault.policy.world import World
from vault.policy.writing import from_json, to_json

EXAMPLES = [
    json.loads(path.read_text()) for path in sorted((Path(__file__).parents[2] / "examples" / "requests").glob("*"))
]
USE = {"use": 3200}
minors = st.integers(0, 10_000_00)
terms = st.sampled_from("P0D P14D P30D P1M P3M P12M P24M P1Y".split())
periods = st.sampled_from("P1W P14D P1M P3M P1Y".split())
spans = st.builds(Duration, st.integers(0, 40), st.integers(0, 400))
everies = st.builds(Duration, st.integers(1, 24)) | st.builds(Duration, st.just(0), st.integers(1, 400))


@st.composite
def offers(draw: st.DrawFn) -> dict[str, Any]:
    made: dict[str, Any] = {"title": "Plan", "category": "telecom.mobile", "binding": draw(st.booleans())}
    made["price"] = {**money(draw(minors)), "period": draw(periods)}
    if draw(st.booleans()):
        made["price"]["first"] = {"minor": draw(minors), "lasts": draw(st.sampled_from(["P1M", "P6M", "P30D"]))}
    stated = draw(st.fixed_dictionaries({"minimum_term": terms, "notice": terms}, optional={"renewal_term": terms}))
    made["contract"] = stated
    made["fees"] = [{"title": "Fee", **money(minor)} for minor in draw(st.lists(minors, max_size=2))]
    made["bonuses"] = draw(st.lists(st.builds(lambda minor: {"title": "Bonus", **money(minor)}, minors), max_size=2))
    return made


def most(made: dict[str, Any]) -> int:
    amount = commitment(offer(made), {}).amount
    assert amount is not None
    assert isinstance(amount.minor, int)
    return amount.minor


@settings(max_examples=150, deadline=None)
@given(offers(), minors)
def test_a_fee_more_never_lowers_the_commitment(made: dict[str, Any], fee: int) -> None:
    dearer = {**made, "fees": [*made["fees"], {"title": "More", **money(fee)}]}
    assert most(dearer) >= most(made) >= 0


@settings(max_examples=150, deadline=None)
@given(offers(), minors)
def test_an_uncertain_bonus_changes_no_figure(made: dict[str, Any], bonus: int) -> None:
    promised = {**made, "bonuses": [*made["bonuses"], {"title": "Maybe", **money(bonus), "condition": "if you stay"}]}
    for figure in (commitment, first_year, per_month):
        assert figure(offer(promised), {}).amount == figure(offer(made), {}).amount


@settings(max_examples=150, deadline=None)
@given(offers())
def test_what_does_not_bind_the_vendor_is_never_cheaper(made: dict[str, Any]) -> None:
    assert most({**made, "binding": False}) >= most({**made, "binding": True})


@settings(max_examples=150, deadline=None)
@given(offers(), st.integers(1, 5000))
def test_a_higher_price_never_lowers_a_figure(made: dict[str, Any], more: int) -> None:
    price = {**made["price"], "minor": made["price"]["minor"] + more}
    dearer = {**made, "price": price}
    assert most(dearer) >= most(made)
    for figure in (first_year, per_month):
        now, before = figure(offer(dearer), {}).amount, figure(offer(made), {}).amount
        assert now is not None
        assert before is not None
        assert now.minor >= before.minor


@settings(max_examples=150, deadline=None)
@given(offers())
def test_a_figure_is_the_sum_of_its_lines_or_says_why_not(made: dict[str, Any]) -> None:
    for without in ("", "contract", "price"):
        kept = {name: value for name, value in made.items() if name != without}
        for figure in (commitment, first_year, per_month):
            found = figure(offer(kept), {})
            assert ("not known, because" in found.lines[-1]) == (found.amount is None)


@settings(max_examples=200, deadline=None)
@given(spans, spans, spans | st.none())
def test_who_gives_notice_at_once_is_bound_for_the_minimum_term_and_the_notice(
    minimum: Duration, notice: Duration, renewal: Duration | None
) -> None:
    bound = leaving_after(minimum, renewal, notice)
    assert most_days(bound) >= most_days(minimum)
    assert most_days(bound) >= most_days(notice)
    if renewal and renewal != Duration() and not covers(minimum, notice):
        assert any(_after(minimum, renewal, n) == bound for n in range(1, 2_000))
        assert covers(bound, notice)


def _after(minimum: Duration, renewal: Duration, times: int) -> Duration:
    return Duration(minimum.months + times * renewal.months, minimum.days + times * renewal.days)


@settings(max_examples=300, deadline=None)
@given(spans, everies)
def test_periods_that_began_are_at_least_those_that_ended(span: Duration, every: Duration) -> None:
    assert begun(span, every) >= max(1, completed(span, every))
    assert covers(span, Duration(every.months * completed(span, every), every.days * completed(span, every)))


def _paths(value: object, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [at]
    if isinstance(value, dict):
        found += [path for name, one in value.items() for path in _paths(one, (*at, name))]
    if isinstance(value, list):
        found += [path for index, one in enumerate(value) for path in _paths(one, (*at, index))]
    return found


def _read(value: object) -> requests.Request | DocumentError:
    try:
        return requests.read(json.dumps(value).encode())
    except DocumentError as error:
        return error


hostile = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    st.sampled_from(["EUR", "USD", "P1M", "P0D", "P999Y", "P9999M", "P99999D", "2026-12-31", "energy.electricity", "1e9", "28.905"]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
    st.builds(dict, minor=st.just(10**15), currency=st.just("EUR")),
)  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(EXAMPLES), st.data())
def test_a_request_with_anything_in_any_place_reads_or_is_refused(example: dict[str, Any], data: st.DataObject) -> None:
    value: Any = copy.deepcopy(example)
    for _ in range(data.draw(st.integers(1, 3))):
        *way, last = data.draw(st.sampled_from([path for path in _paths(value) if path]))
        inside = value
        for step in way:
            inside = inside[step]
        inside[last] = data.draw(hostile)
    request = _read(value)
    if isinstance(request, DocumentError):
        assert str(request).isprintable()
        return
    held = Held("k1", category="energy.electricity", use=USE, price_per_month=Amount(9500, "EUR"))
    budgets = [Budget(Amount(100_000, "EUR")), Budget(Amount(100_000, "EUR"), "commitment")]
    world = World(request, datetime(2026, 11, 22, tzinfo=UTC), Vault(contracts=[held], budgets=budgets))
    for name, found in gathered(world).items():
        assert found is None or from_json(TABLE[name], to_json(found, TABLE[name])) == found, name
    assert len(request.sha256) == 64
