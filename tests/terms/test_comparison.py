"""Comparing a declared practice with an agreement and the owner's additions."""

from dataclasses import replace

import pytest

from terms import comparison, roster
from terms.additions import Additions
from terms.comparison import Exceeds, Unknown, Within, compare, to_json
from terms.practice import Contact, Practice, Recipient
from terms.shapes import MAX_CHARACTERS, MAX_ENTRIES, ShapeError

PLAIN = {
    "purposes": ["dpv:RequestedServiceProvision", "dpv:PaymentManagement"],
    "data": ["pd:EmailAddress", "pd:PhysicalAddress"],
    "recipients": [],
    "retention": "P30D",
    "ai_training": False,
    "anonymised": False,
    "portability": True,
}


def practice(**changes) -> Practice:
    return Practice.from_json({**PLAIN, **changes})


def result(agreement: str = "SD-BASE", additions: dict | None = None, **changes) -> comparison.Comparison:
    return compare(practice(**changes), roster.agreement(agreement), Additions.from_json(additions or {}))


def asked(found: comparison.Comparison) -> list[tuple[str, str]]:
    answers = found.clauses if isinstance(found, Exceeds) else found.why if isinstance(found, Unknown) else ()
    return [(answer.clause, answer.asked) for answer in answers]


def test_delivering_the_service_is_within_every_service_agreement():
    for one in roster.roster():
        if one.id.startswith("SD"):
            assert compare(practice(), one) == Within(one.id)


@pytest.mark.parametrize(
    ("purpose", "least"),
    [
        ("dpv:DeliveryOfGoods", "SD-BASE"),
        ("ieee-7012:ServiceDelivery", "SD-BASE"),
        ("dpv:LegalCompliance", "SD-BASE"),
        ("dpv:RightsFulfilment", "SD-BASE"),
        ("dpv:FraudPreventionAndDetection", "SD-BASE"),
        ("dpv:IdentityVerification", "SD-BASE"),
        ("dpv:CommunicationForCustomerCare", "SD-BASE"),
        ("https://w3id.org/dpv#PaymentManagement", "SD-BASE"),
        ("dpv:ServiceUsageAnalytics", "SD-BASE-A"),
        ("ieee-7012:ServiceAnalytics", "SD-BASE-A"),
        ("ieee-7012:ServiceImprovement", "SD-BASE-A"),
        ("dpv:ServicePersonalisation", "SD-BASE-ATP"),
        ("dpv:ProvideProductRecommendations", "SD-BASE-ATP"),
        ("dpv:ImproveInternalCRMProcesses", "SD-BASE-ATP"),  # two parents: analytics and profiling
        ("dpv:SellDataToThirdParties", ""),  # stands under the provision of services too
        ("dpv:Marketing", ""),
        ("dpv:PersonalisedAdvertising", ""),  # two parents: profiling may be allowed, advertising is not
        ("dpv:Purpose", ""),
        ("dpv:ServiceManagement", ""),  # holds both delivery and personalisation
        ("dpv:Counterterrorism", ""),
    ],
)
def test_a_purpose_needs_every_activity_above_it_permitted(purpose, least):
    levels = ["SD-BASE", "SD-BASE-A", "SD-BASE-AT", "SD-BASE-ATP", "SD-BASE-ATP-S3P"]
    at = levels.index(least) if least else len(levels)
    for place, level in enumerate(levels):
        expected = "within" if place >= at else "exceeds"
        assert result(level, purposes=[purpose]).result == expected, level


def test_exceeding_is_told_clause_by_clause_with_the_smallest_change():
    found = result(purposes=["dpv:PaymentManagement", "dpv:ServiceUsageAnalytics", "dpv:Marketing"], ai_training=True)
    assert to_json(found) == {
        "result": "exceeds",
        "agreement": "SD-BASE",
        "clauses": [
            {
                "clause": "forbid-analytics",
                "asked": "dpv:ServiceUsageAnalytics",
                "allowed": "delivering the service",
                "why": "dpv:ServiceUsageAnalytics is analytics, which SD-BASE forbids",
            },
            {
                "clause": "otherwise",
                "asked": "dpv:Marketing",
                "allowed": "delivering the service",
                "why": "dpv:Marketing is marketing, which SD-BASE does not allow",
            },
            {
                "clause": "otherwise",
                "asked": "ai_training",
                "allowed": "no AI training",
                "why": "SD-BASE does not allow training AI",
            },
        ],
        "smallest_change": {
            "remove": {"purposes": ["dpv:ServiceUsageAnalytics", "dpv:Marketing"]},
            "set": {"ai_training": False},
        },
    }


def test_clauses_that_are_named_are_clauses_of_the_agreement():
    for one in roster.roster():
        found = compare(practice(purposes=["dpv:ServiceUsageAnalytics", "dpv:TargetedAdvertising"]), one)
        for clause, _ in asked(found):
            assert clause == "otherwise" or one.clause(clause)


@pytest.mark.parametrize("field", ["purposes", "data", "recipients", "ai_training"])
def test_what_is_not_declared_is_unknown(field):
    found = result(**{field: None})
    assert isinstance(found, Unknown)
    assert asked(found) == [("declaration", "undeclared")]
    assert to_json(found)["smallest_change"] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("purposes", ["dpv:Servicing"]),
        ("data", ["pd:EmailAdress"]),
        ("data", ["EmailAddress"]),
        ("recipients", ["dpv:Thirdparty"]),
        ("recipients", [{"name": "Carrier", "role": "carrier"}]),
        ("processing", ["dpv:Trackin"]),
    ],
)
def test_what_the_vocabulary_does_not_know_is_unknown_and_not_guessed(field, value):
    assert isinstance(result(**{field: value}), Unknown)


def test_declared_as_nothing_is_not_undeclared():
    assert result(purposes=[], data=[], recipients=[]) == Within("SD-BASE")


def test_exceeding_prevails_over_unknown_and_the_change_repairs_both():
    found = result(purposes=["dpv:Marketing", "dpv:Nonsense"], recipients=None)
    assert isinstance(found, Exceeds)
    assert [one.asked for one in found.doubts] == ["dpv:Nonsense", "undeclared"]
    assert to_json(found)["smallest_change"] == {
        "remove": {"purposes": ["dpv:Marketing", "dpv:Nonsense"]},
        "set": {"recipients": []},
    }
    assert [one["why"].startswith("unknown: ") for one in to_json(found)["clauses"]] == [False, True, True]


def test_portability_is_asked_for_where_it_is_required_only():
    assert result(portability=False) == Within("SD-BASE")
    assert result(portability=None) == Within("SD-BASE")
    assert asked(result("SD-BASE-DP", portability=False)) == [("require-portability", "no portability")]
    assert isinstance(result("SD-BASE-DP", portability=None), Unknown)
    assert to_json(result("SD-BASE-DP", portability=False))["smallest_change"] == {"set": {"portability": True}}


@pytest.mark.parametrize(
    ("recipient", "expected"),
    [
        ("Example Ads Ltd", "exceeds"),
        ("dpv:ThirdParty", "exceeds"),
        ("ieee-7012:ThirdParty", "exceeds"),
        ("dpv:ParentLegalEntity", "exceeds"),
        ({"name": "Example Ads Ltd", "role": "dpv:ThirdParty"}, "exceeds"),
        ({"name": "Example Carrier", "role": "dpv:DataProcessor"}, "within"),
        ("dpv:DataSubProcessor", "within"),
        ("ieee-7012:EntityAgent", "within"),
        ("dpv:DataController", "within"),
        ("dpv:JointDataControllers", "exceeds"),
        ("dpv:DataSubject", "within"),
        ("dpv:Recipient", "unknown"),
        ("dpv:LegalEntity", "unknown"),
        ("dpv:DataProtectionAuthority", "unknown"),
    ],
)
def test_recipients_are_third_parties_unless_they_work_for_a_party(recipient, expected):
    assert result(recipients=[recipient]).result == expected


@pytest.mark.parametrize(("anonymised", "expected"), [(True, "within"), (False, "exceeds"), (None, "unknown")])
@pytest.mark.parametrize("shared", [{"recipients": ["Example Ltd"]}, {"purposes": ["dpv:SellInsightsFromData"]}])
def test_sharing_of_anonymised_data_is_allowed_by_one_family_only(shared, anonymised, expected):
    assert result("SD-BASE-ATP-S3P", anonymised=anonymised, **shared).result == expected
    assert result("SD-BASE-ATP", anonymised=anonymised, **shared).result == "exceeds"


def test_to_anonymise_is_one_change_instead_of_many():
    found = result("SD-BASE-ATP-S3P", recipients=["One Ltd", "Two Ltd"], purposes=["dpv:SellDataToThirdParties"])
    assert to_json(found)["smallest_change"] == {"set": {"anonymised": True}}


def test_anonymised_does_not_matter_where_nothing_is_shared():
    assert result("SD-BASE-ATP-S3P", anonymised=None) == Within("SD-BASE-ATP-S3P")


@pytest.mark.parametrize(
    ("operation", "least"),
    [
        ("dpv:Store", "SD-BASE"),
        ("dpv:TrackingByFirstParty", "SD-BASE-AT"),
        ("dpv:Tracking", "SD-BASE-AT"),
        ("dpv:Profiling", "SD-BASE-ATP"),
        ("dpv:TrackingByThirdParty", ""),
    ],
)
def test_operations_that_are_declared_count(operation, least):
    levels = ["SD-BASE", "SD-BASE-A", "SD-BASE-AT", "SD-BASE-ATP"]
    at = levels.index(least) if least else len(levels)
    for place, level in enumerate(levels):
        assert result(level, processing=[operation]).result == ("within" if place >= at else "exceeds"), level


def test_a_contribution_is_for_its_purpose_only():
    nothing = {"purposes": [], "ai_training": False}
    assert result("PDC-AI", purposes=[], ai_training=True) == Within("PDC-AI")
    assert result("PDC-AI").result == "exceeds"  # no service is delivered under it
    assert result("PDC-GOOD", **{**nothing, "purposes": ["dpv:ImproveHealthcare"]}) == Within("PDC-GOOD")
    assert result("PDC-GOOD", purposes=["dpv:ImproveHealthcare"], ai_training=True).result == "exceeds"
    for broad in ("dpv:PublicBenefit", "dpv:ProtectionOfNationalSecurity", "dpv:CommercialResearch"):
        assert result("PDC-GOOD", **{**nothing, "purposes": [broad]}).result == "exceeds"
    intent = {**nothing, "purposes": ["dpv:EstablishContractualAgreement"]}
    assert result("PDC-INTENT", **intent) == Within("PDC-INTENT")
    assert result("PDC-INTENT", purposes=["dpv:DirectMarketing"]).result == "exceeds"


def test_agreements_between_persons_are_not_compared_with_practices():
    with pytest.raises(comparison.NotOfferedError) as refusal:
        result("TPR")
    assert refusal.value.code == "not-offered"


@pytest.mark.parametrize(
    ("cap", "retention", "expected"),
    [
        ("P1Y", "P30D", "within"),
        ("P30D", "P30D", "within"),
        ("P1Y", "P12M", "within"),
        ("P1M", "P30D", "within"),
        ("P30D", "P1M", "exceeds"),
        ("P52W", "P1Y", "exceeds"),
        ("P0D", "P1D", "exceeds"),
        ("P10Y", "indefinite", "exceeds"),
        ("P1Y", None, "unknown"),
        ("P1Y", "as long as needed", "unknown"),
        ("P1Y", "P1Y6M", "unknown"),
    ],
)
def test_a_cap_on_retention_binds(cap, retention, expected):
    found = result(additions={"retention": cap}, retention=retention)
    assert found.result == expected
    if expected == "exceeds":
        assert to_json(found)["smallest_change"] == {"set": {"retention": cap}}
        assert asked(found) == [("additions/retention", retention)]


def test_without_a_cap_retention_is_not_asked_for():
    assert result(retention=None) == Within("SD-BASE")
    assert result(retention="indefinite") == Within("SD-BASE")


def test_a_cap_on_a_category_binds_where_such_data_is_declared():
    cap = {"retention": {"pd:Location": "P1D", "dpv:Data": "P1Y"}}
    assert result(additions=cap, data=["pd:EmailAddress"]) == Within("SD-BASE")
    for data in ("pd:GPSCoordinate", "pd:Location", "pd:Tracking"):
        found = result(additions=cap, data=[data])
        assert to_json(found)["smallest_change"] == {"set": {"retention": "P1D"}}
    assert result(additions=cap, data=[], retention="indefinite") == Within("SD-BASE")


def test_a_cap_does_not_bind_for_data_that_has_to_go_anyway():
    added = {"retention": {"pd:Location": "P1D"}, "refused_data": ["pd:Location"]}
    found = result(additions=added, data=["pd:GPSCoordinate", "pd:Name"])
    assert to_json(found)["smallest_change"] == {"remove": {"data": ["pd:GPSCoordinate"]}}


def test_refused_purposes_and_data_are_refused_with_all_below_them():
    added = {"refused_purposes": ["dpv:CustomerCare"], "refused_data": ["dpv:SpecialCategoryPersonalData"]}
    found = result(
        additions=added, purposes=["dpv:CommunicationForCustomerCare"], data=["pd:PoliticalOpinion", "pd:Name"]
    )
    assert asked(found) == [
        ("additions/refused_purposes", "dpv:CommunicationForCustomerCare"),
        ("additions/refused_data", "pd:PoliticalOpinion"),
    ]


def test_what_may_include_something_refused_is_unknown():
    assert result(additions={"refused_data": ["pd:Health"]}, data=["dpv:PersonalData"]).result == "unknown"
    refused = {"refused_purposes": ["dpv:ServiceUsageAnalytics"]}
    assert result("SD-BASE-A", refused, purposes=["dpv:ServiceMonitoring"]).result == "unknown"
    # What the agreement rules out anyway makes no doubt.
    refused = {"refused_purposes": ["dpv:SellDataToThirdParties"]}
    assert result(additions=refused, purposes=["dpv:ServiceProvision"]) == Within("SD-BASE")
    # What it allows only when anonymised, it allows.
    found = result("SD-BASE-ATP-S3P", refused, purposes=["dpv:ServiceProvision"], anonymised=True)
    assert found.result == "unknown"


@pytest.mark.parametrize(
    ("within", "transfers", "expected"),
    [
        (["EEA"], ["DE", "NO"], "within"),
        (["EEA"], ["EU"], "within"),
        (["EU"], ["EEA"], "exceeds"),
        (["EEA", "CH"], ["US"], "exceeds"),
        ([], ["DE"], "exceeds"),
        ([], [], "within"),
        (["EEA"], None, "unknown"),
        (["EEA"], ["Germany"], "unknown"),
    ],
)
def test_transfers_are_limited_where_the_owner_limits_them(within, transfers, expected):
    assert result(additions={"transfers_within": within}, transfers=transfers).result == expected
    assert result(transfers=transfers) == Within("SD-BASE")


def test_how_long_an_agreement_runs_is_limited():
    assert asked(result(additions={"duration": "P1Y"}, duration="P2Y")) == [("additions/duration", "P2Y")]
    assert result(additions={"duration": "P1Y"}, duration="P1Y") == Within("SD-BASE")
    assert result(additions={"duration": "P1Y"}).result == "unknown"


CONTACT = {"channels": ["email", "post"], "hours": "09:00-20:00", "per_month": 2}


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        ({"channels": ["email"], "hours": "10:00-12:00", "per_month": 1}, None),
        ({"channels": []}, None),
        (
            {"channels": ["email", "phone"], "hours": "08:00-12:00", "per_month": 9},
            {
                "remove": {"contact.channels": ["phone"]},
                "set": {"contact.hours": "09:00-12:00", "contact.per_month": 2},
            },
        ),
        ({"channels": ["post"], "hours": "21:00-24:00", "per_month": 0}, {"set": {"contact.hours": "09:00-20:00"}}),
        ({"channels": ["phone"], "hours": "00:00-24:00"}, {"remove": {"contact.channels": ["phone"]}}),
    ],
)
def test_contact_stays_inside_the_owners_channels_hours_and_frequency(contact, expected):
    found = result(additions={"contact": CONTACT}, contact=contact)
    assert to_json(found)["smallest_change"] == expected


def test_contact_that_is_not_declared_is_unknown():
    assert result(additions={"contact": CONTACT}).result == "unknown"
    assert [clause for clause, _ in asked(result(additions={"contact": CONTACT}, contact={"channels": ["email"]}))] == [
        "additions/contact.hours",
        "additions/contact.per_month",
    ]


def test_a_changed_agreement_is_compared_by_its_own_clauses():
    base = roster.agreement("SD-BASE")
    looser = replace(base, clauses=(), rules=roster.agreement("SD-BASE-A").rules)
    assert compare(practice(purposes=["dpv:ServiceUsageAnalytics"]), base).result == "exceeds"
    assert compare(practice(purposes=["dpv:ServiceUsageAnalytics"]), looser).result == "within"


def test_a_practice_is_the_same_after_json():
    full = practice(
        recipients=["Example Ltd", "dpv:DataProcessor", {"name": "Carrier", "role": "dpv:DataProcessor"}],
        processing=["dpv:Store"],
        transfers=["EU"],
        duration="P1Y",
        contact=CONTACT,
    )
    assert Practice.from_json(full.to_json()) == full
    assert full.recipients == (
        Recipient("Example Ltd"),
        Recipient(role="dpv:DataProcessor"),
        Recipient("Carrier", "dpv:DataProcessor"),
    )
    assert Practice().to_json() == {}
    assert Practice.from_json({}) == Practice()


def test_additions_are_the_same_after_json():
    full = Additions.from_json(
        {
            "retention": {"pd:Location": "P1D"},
            "refused_purposes": ["https://w3id.org/dpv#Marketing"],
            "refused_data": ["pd:Health"],
            "transfers_within": [],
            "duration": "P2Y",
            "contact": CONTACT,
        }
    )
    assert Additions.from_json(full.to_json()) == full
    assert full.refused_purposes == ("dpv:Marketing",)
    assert full.contact == Contact(("email", "post"), "09:00-20:00", 2)
    assert Additions.from_json({}) == Additions()


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "dpv:Marketing",
        {"purpose": []},
        {**PLAIN, "note": ""},
        {"purposes": "dpv:Marketing"},
        {"purposes": [1]},
        {"purposes": ["dpv:Marketing", "dpv:Marketing"]},
        {"purposes": [""]},
        {"purposes": ["a\nb"]},
        {"data": ["x" * (MAX_CHARACTERS + 1)]},
        {"data": [f"pd:{at}" for at in range(MAX_ENTRIES + 1)]},
        {"ai_training": "false"},
        {"anonymised": 0},
        {"retention": 30},
        {"recipients": [{"name": "x"}]},
        {"recipients": [{"role": "dpv:ThirdParty", "rôle": ""}]},
        {"recipients": ["Example", {"name": "Example", "role": "dpv:DataProcessor"}]},
        {"contact": []},
        {"contact": {"hours": "20:00-08:00"}},
        {"contact": {"hours": "8-20"}},
        {"contact": {"per_month": -1}},
        {"contact": {"per_month": True}},
        {"contact": {"channel": "email"}},
    ],
)
def test_a_practice_of_another_shape_is_refused(value):
    with pytest.raises(ShapeError) as refusal:
        Practice.from_json(value)
    assert refusal.value.code == "shape"
    assert len(str(refusal.value)) < 600


@pytest.mark.parametrize(
    "value",
    [
        {"refused": []},
        {"refused_purposes": ["dpv:Marketin"]},
        {"refused_data": ["dpv:Marketing"]},
        {"retention": "30 days"},
        {"retention": {"pd:Nothing": "P1D"}},
        {"retention": {"pd:Location": 1}},
        {"duration": "P1Y1M"},
        {"transfers_within": ["Germany"]},
    ],
)
def test_additions_of_another_shape_or_with_unknown_terms_are_refused(value):
    with pytest.raises(ShapeError):
        Additions.from_json(value)


def test_the_message_names_the_unknown_field_and_the_known_ones():
    with pytest.raises(ShapeError, match=r"unknown fields: `purpose`.*ai_training"):
        Practice.from_json({"purpose": []})
