"""Words that other packages keep in tables and pages show: they are put into the catalogues from the tables themselves.

What is shown by its code (an error, a fact, an agreement, a term of DPV) has its English words in one place, the table, and its
other languages in the catalogues. A row more in a table is then a message more to translate, and the check of the catalogues says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from terms import dpv
from terms.roster import roster
from vault.policy import packs
from vault.policy.builtin import builtin
from vault.policy.facts import TABLE
from vault.policy.rights_life import ARTICLES, Right
from vault.relationships import law
from web.pages.frame import rule_words
from web.pages.frame.fact_words import in_short
from web.pages.frame.wording import words_of_term
from web.server import application, catalogue


def words() -> Iterator[str]:
    """Every one; some more than once."""
    yield from (row.title for row in catalogue.CATALOGUE.values())
    yield from (words_of_term(id) for vocabulary in (dpv.personal_data(), dpv.purposes()) for id in vocabulary.terms())
    yield from _of_facts()
    yield from _of_roster()
    yield from (row.says for row in law.TABLE)
    yield from (*map(str, Right), *ARTICLES.values())
    yield from _of_rules()
    yield from _of_routes()


def _of_routes() -> Iterator[str]:
    for one in application.with_description(application.collected()):
        if one.is_public:
            yield from (one.summary, *one.query.values())


def _of_rules() -> Iterator[str]:
    yield from (rule.because for rule in builtin().rules if rule.because)
    for name in packs.names():
        yield from (name.replace("-", " "), in_short(name))
        yield from (rule.because for rule in packs.pack(name).rules if rule.because)


def _of_facts() -> Iterator[str]:
    for name, fact in TABLE.items():
        yield rule_words.subject(name)
        yield from (fact.unit, *fact.choices) if fact.unit else fact.choices


def _of_roster() -> Iterator[str]:
    for one in roster():
        yield from (one.name, one.label, one.intro, one.otherwise)
        yield from (clause.says for clause in one.clauses)
