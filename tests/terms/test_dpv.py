"""The tables of DPV facts: lookups, several parents, nothing guessed, and the same as the published files."""

import os
from pathlib import Path

import pytest

from terms import dpv
from terms.dpv import compile as compiling

CORPUS = Path(os.environ.get("FIRSTPARTY_CORPUS", Path(__file__).parents[2].parent / "shared" / "data")) / "dpv-2.3"
TABLES = {
    "purposes": dpv.purposes,
    "processing": dpv.processing,
    "personal_data": dpv.personal_data,
    "entities": dpv.entities,
}


def test_the_tables_are_what_the_published_files_give():
    if not CORPUS.exists():
        pytest.skip(f"the published vocabulary is not here: {CORPUS}")
    for name, text in compiling.compile_tables(compiling.read_rows(str(CORPUS))).items():
        assert (Path(dpv.__file__).parent / f"{name}.txt").read_text("utf-8") == text


def test_compiling_writes_one_file_per_table(tmp_path):
    header = "term,type,iri,label,definition,dpvtype,subclassof,hasbroader\n"
    row = "{0},class,https://w3id.org/dpv#{0},,,{1},,{2}\n"
    purpose, marketing = "https://w3id.org/dpv#Purpose", "https://w3id.org/dpv#Marketing"
    (tmp_path / "dpv.csv").write_text(
        header
        + row.format("Purpose", "", "")
        + row.format("Marketing", purpose, purpose)
        + row.format("Advertising", purpose, f"{marketing};{purpose}")
        + row.format("Policy", "https://w3id.org/dpv#OrganisationalMeasure", marketing)
    )
    (tmp_path / "pd.csv").write_text(header)
    (tmp_path / "ieee-7012.csv").write_text(header)
    compiling.main(str(tmp_path), str(tmp_path))
    assert dpv.read_table((tmp_path / "purposes.txt").read_text()) == {
        "dpv:Purpose": (),
        "dpv:Marketing": ("dpv:Purpose",),
        "dpv:Advertising": ("dpv:Marketing", "dpv:Purpose"),
    }
    assert dpv.read_table((tmp_path / "entities.txt").read_text()) == {}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_holds_ids_and_parents_and_no_prose(name):
    taxonomy = TABLES[name]()
    assert len(taxonomy) > 50
    for term in taxonomy.terms():
        assert term.partition(":")[0] in dpv.NAMESPACES
        assert term.partition(":")[2].isalnum()


@pytest.mark.parametrize("name", TABLES)
def test_every_term_is_found_by_its_iri_too(name):
    taxonomy = TABLES[name]()
    for term in taxonomy.terms():
        assert taxonomy.known(dpv.iri(term)) == term
        assert taxonomy.ancestors(dpv.iri(term)) == taxonomy.ancestors(term)


@pytest.mark.parametrize("name", TABLES)
def test_ancestors_are_the_term_its_parents_and_theirs(name):
    taxonomy = TABLES[name]()
    for term in taxonomy.terms():
        above = taxonomy.ancestors(term)
        parents = taxonomy.parents(term)
        assert above == {term, *parents}.union(*(taxonomy.ancestors(p) or {p} for p in parents))


def test_all_parents_are_followed():
    assert dpv.purposes().parents("dpv:PersonalisedAdvertising") == ("dpv:Advertising", "dpv:Personalisation")
    above = dpv.purposes().ancestors("dpv:RecruitmentTargetedAdvertising")
    assert {"dpv:Marketing", "dpv:Personalisation", "dpv:HumanResourceManagement", "dpv:Purpose"} <= above
    assert dpv.personal_data().is_a("pd:PoliticalOpinion", "dpv:SpecialCategoryPersonalData")
    assert dpv.personal_data().is_a("pd:PoliticalOpinion", "pd:PublicLife")


def test_terms_of_the_ieee_extension_stand_under_those_of_dpv():
    assert dpv.purposes().is_a("ieee-7012:ServiceAnalytics", "dpv:ServiceMonitoring")
    assert dpv.purposes().is_a("ieee-7012:ServiceDelivery", "dpv:ServiceProvision")
    assert dpv.personal_data().is_a("ieee-7012:ServiceUsageData", "dpv:PersonalData")


def test_a_parent_outside_of_the_table_is_an_ancestor_and_no_term():
    assert dpv.purposes().parents("dpv:RightsFulfilment") == ("dpv:LegalObligation",)
    assert "dpv:LegalObligation" in dpv.purposes().ancestors("dpv:RightsFulfilment")
    assert "dpv:LegalObligation" not in dpv.purposes()


def test_measures_that_stand_under_a_purpose_are_no_purposes():
    assert "dpv:DataGovernance" not in dpv.purposes()


@pytest.mark.parametrize(
    "term",
    [
        "",
        "Marketing",
        "dpv:marketing",
        "dpv:Marketing ",
        "DPV:Marketing",
        "pd:Marketing",
        "dpv-pd:EmailAddress",
        "https://w3id.org/dpv/Marketing",
        "https://w3id.org/dpv/2.1#Marketing",
        "https://w3id.org/dpv#Marketing#",
        "dpv:EmailAddress",
    ],
)
def test_what_the_table_does_not_have_is_unknown(term):
    for taxonomy in (dpv.purposes(), dpv.personal_data()):
        assert term not in taxonomy
        assert taxonomy.known(term) is None
        assert taxonomy.parents(term) is None
        assert taxonomy.ancestors(term) is None
        assert taxonomy.is_a(term, "dpv:Purpose") is None
    assert dpv.purposes().is_a("dpv:Marketing", term) is None


def test_a_cycle_would_not_hang():
    circle = dpv.Taxonomy({"dpv:A": ("dpv:B",), "dpv:B": ("dpv:C",), "dpv:C": ("dpv:A",)})
    assert circle.ancestors("dpv:A") == {"dpv:A", "dpv:B", "dpv:C"}
