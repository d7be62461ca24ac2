"""What a foreign price costs at home: one rate a day for all payments of a person, with drift, jitter and the card's fee."""

from datetime import date
from random import Random

from benchmarks.evening.truth import Person

# Round mid rates to the euro, and through it to the dollar; what matters is that they move.
_EUROS = {"EUR": 1.0, "USD": 0.92, "GBP": 1.17, "CHF": 1.05}
_FEE = 1.0175
_WEEKLY_DRIFT, _DAILY_JITTER = 0.006, 0.003


class Rate:
    def __init__(self, foreign: str, home: str, person: Person) -> None:
        self._same, self._name, self._start = foreign == home, f"{person.seed} {foreign}", person.start
        walk, rate = Random(self._name), _EUROS[foreign] / _EUROS[home] * _FEE
        self._weeks = [rate]
        for _ in range((person.until - person.start).days // 7 + 2):
            rate *= 1 + walk.gauss(0, _WEEKLY_DRIFT)
            self._weeks.append(rate)

    def converted(self, minor: int, day: date) -> int:
        if self._same:
            return minor
        jitter = Random(f"{self._name} {day}").gauss(0, _DAILY_JITTER)
        return round(minor * self._weeks[(day - self._start).days // 7] * (1 + jitter))
