"""How many practices a second are compared with an agreement: `python -m benchmarks.comparing`."""

from __future__ import annotations

from time import process_time

from benchmarks.measuring import Figure, show
from terms import roster
from terms.additions import NO_ADDITIONS, Additions
from terms.comparison import compare
from terms.practice import Practice

_ROUNDS = 20_000
_TARGET = 50_000
_WITHIN = Practice.from_json(
    {
        "purposes": [
            "dpv:RequestedServiceProvision",
            "dpv:PaymentManagement",
            "dpv:CustomerCare",
            "dpv:LegalCompliance",
            "dpv:ServiceUsageAnalytics",
        ],
        "data": [
            "pd:Name",
            "pd:EmailAddress",
            "pd:TelephoneNumber",
            "pd:PhysicalAddress",
            "pd:BankAccount",
            "pd:Purchase",
            "pd:BirthDate",
            "pd:IPAddress",
            "pd:UserAgent",
            "pd:Language",
        ],
        "recipients": ["dpv:DataProcessor"],
        "retention": "P6M",
        "ai_training": False,
        "anonymised": False,
        "portability": True,
    }
)
_ADDITIONS = Additions.from_json(
    {"retention": {"dpv:Data": "P1Y", "pd:Health": "P1D"}, "refused_purposes": ["dpv:DirectMarketing"]}
)


def _rate(id: str, additions: Additions = NO_ADDITIONS) -> float:
    agreement = roster.agreement(id)
    compare(_WITHIN, agreement, additions)
    started = process_time()
    for _ in range(_ROUNDS):
        compare(_WITHIN, agreement, additions)
    return _ROUNDS / (process_time() - started)


def _figure(name: str, rate: float) -> Figure:
    return Figure(f"compare, {name}", f"{rate:,.0f} a CPU second", f"{_TARGET:,}", rate >= _TARGET)


def figures() -> list[Figure]:
    return [
        _figure("within (5 purposes, 10 categories)", _rate("SD-BASE-A-DP")),
        _figure("within, with additions", _rate("SD-BASE-A-DP", _ADDITIONS)),
        _figure("exceeds, with the smallest change", _rate("SD-BASE")),
    ]


if __name__ == "__main__":
    show(figures())
