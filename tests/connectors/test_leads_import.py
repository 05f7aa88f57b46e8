"""Leads with columns of their own and with an outcome: what files of other systems bring."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ryorin.alignment.learning.errors import OrderUnknown
from ryorin.alignment.learning.models import LeadOutcome
from ryorin.alignment.learning.queries.evaluation import evaluated
from ryorin.connectors.olist.actions import import_olist
from ryorin.customers.people.models import Person
from ryorin.insight.lake.actions import catch_up
from ryorin.insight.methods.errors import OneOutcomeOnly
from ryorin.workspace.audit.queries import verify
from ryorin.workspace.organisation.models import Organisation

Imported = Callable[..., dict[str, Any]]
MAPPING = Path(__file__).parents[2] / "docs/examples/xeducation_leads/leads.json"
COLUMNS = {"氏名": "full_name", "ID": "external_key", "予算": "traits", "温度感": "traits", "成約": "outcome_won"}
HEAD = "氏名,ID,予算,温度感,成約\n"


def test_columns_of_a_file_are_kept_under_their_headers(imported: Imported) -> None:
    imported("people", HEAD + "安達 栄太,A-1,300万円,高い,はい\n別府 花,A-2,,低い,\n", mapping={"columns": COLUMNS})
    kept = dict(Person.objects.values_list("external_key", "traits"))
    assert kept == {"A-1": {"予算": "300万円", "温度感": "高い"}, "A-2": {"温度感": "低い"}}


def test_a_second_file_adds_to_what_is_kept(imported: Imported) -> None:
    imported("people", HEAD + "安達 栄太,A-1,300万円,高い,\n", mapping={"columns": COLUMNS})
    again = imported("people", HEAD + "安達 栄太,A-1,500万円,,\n", mapping={"columns": COLUMNS})
    assert again["updated"] == 1
    assert Person.objects.get().traits == {"予算": "500万円", "温度感": "高い"}
    same = imported("people", HEAD + "安達 栄太,A-1,500万円,,\n", mapping={"columns": COLUMNS})
    assert same["unchanged"] == 1
    assert verify().ok


def test_how_a_lead_ended_is_kept_once_and_said_anew(imported: Imported) -> None:
    imported(
        "people", HEAD + "安達 栄太,A-1,,,はい\n別府 花,A-2,,,いいえ\n千葉 健,A-3,,,\n", mapping={"columns": COLUMNS}
    )
    ended = dict(LeadOutcome.objects.values_list("person__external_key", "won"))
    assert ended == {"A-1": True, "A-2": False}
    imported("people", HEAD + "別府 花,A-2,,,はい\n", mapping={"columns": COLUMNS})
    assert LeadOutcome.objects.get(person__external_key="A-2").won


def test_an_outcome_that_is_no_outcome_is_refused_by_line(run_file: Callable[..., Any]) -> None:
    run = run_file("people", HEAD + "安達 栄太,A-1,,,たぶん\n", mapping={"columns": COLUMNS})
    assert run.rejects.get().reason.startswith("成約：")


def test_a_line_with_too_many_columns_of_its_own_is_refused(run_file: Callable[..., Any]) -> None:
    names = [f"項目{n}" for n in range(81)]
    columns = {"氏名": "full_name", **dict.fromkeys(names, "traits")}
    text = ",".join(["氏名", *names]) + "\n" + ",".join(["安達 栄太"] + ["1"] * 81) + "\n"
    run = run_file("people", text, mapping={"columns": columns})
    assert "80列まで" in run.rejects.get().reason


def test_two_columns_still_cannot_become_one_field(run_file: Callable[..., Any]) -> None:
    run = run_file("people", "氏名,名前\n安達,安達\n", mapping={"columns": {"氏名": "full_name", "名前": "full_name"}})
    assert run.state == "failed" and "2つの列" in run.problem


@pytest.mark.slow
def test_the_score_refuses_what_knows_the_outcome_and_is_good_on_later_leads(imported: Imported, data: Path) -> None:
    mapping = json.loads(MAPPING.read_text(encoding="utf-8"))
    result = imported("people", data / "xeducation_leads/Leads.csv", mapping=mapping)
    assert (result["created"], result["rejected"]) == (9240, [])
    assert LeadOutcome.objects.filter(won=True).count() == 3561
    catch_up()
    with pytest.raises(OrderUnknown):
        evaluated(order_by="Lead Quality")
    trained = evaluated(order_by="external_key")
    refused = {each.name: each.reason for each in trained.refused}
    leaks = {"Tags", "Lead Quality", "Lead Profile", "Last Activity", "Last Notable Activity"}
    assert {
        name.removeprefix("trait:") for name, reason in refused.items() if reason not in ("constant", "identifier")
    } == (leaks)
    assert refused["trait:Magazine"] == "constant" and refused["trait:Prospect ID"] == "identifier"
    print(f"\n{trained.kind} {trained.later}\nbaseline {trained.baseline}")
    assert trained.later.leads == 1848
    assert trained.later.auc is not None and 0.88 < trained.later.auc < 0.96
    assert trained.baseline.auc is not None and trained.baseline.auc > 0.85
    assert trained.later.calibration_error < 0.07


@pytest.mark.slow
def test_the_leads_of_olist_say_little_and_the_score_says_so(company: Organisation, data: Path) -> None:
    company.currency = "BRL"
    company.save()
    import_olist(data / "olist")
    catch_up()
    with pytest.raises(OneOutcomeOnly):
        evaluated()  # the file has deals won, and none that was lost
    trained = evaluated(within_days=60)
    print(f"\n{trained.kind} {trained.later}\nbaseline {trained.baseline}\n{trained.refused}")
    assert {each.name: each.reason for each in trained.refused}["industry"] == "too_good"  # known of the won alone
    assert trained.later.leads > 500
    assert trained.later.auc is not None and 0.5 < trained.later.auc < 0.8
    assert trained.later.calibration_error < 0.1
