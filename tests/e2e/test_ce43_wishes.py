"""CE43: what a flow asks of routing decides who gets the customer: how good they are, whom it scores, whom it names."""

from collections.abc import Callable, Iterator

import pytest

from tests.e2e.contact_centre import ContactCentre, Json, platform
from tests.e2e.desk import Desk
from tests.e2e.middleware import Middleware, new_address
from tests.e2e.refusals import refusal
from tests.e2e.whatsapp import Customer


@pytest.fixture
def ben(centre: ContactCentre, ana: Desk) -> Iterator[Desk]:
    """On queue after Ana, so that she comes first by idleness."""
    centre.advance("PT1M")
    with Desk(centre, "ben") as desk:
        yield desk


@pytest.fixture
def skill(centre: ContactCentre, ana: Desk, ben: Desk) -> str:
    """Ana has it at 3, Ben at 5."""
    skill = platform.RoutingApi(centre.sdk()).post_routing_skills({"name": f"Patience of {centre.now()}"})
    for desk, proficiency in ((ana, 3), (ben, 5)):
        body = {"id": skill.id, "proficiency": proficiency}
        platform.UsersApi(centre.sdk()).post_user_routingskills(desk.user_id, body)
    return str(skill.id)


def test_a_proficiency_between_two_levels(
    centre: ContactCentre, lead: Callable[[Json], None], ana: Desk, ben: Desk, skill: str
) -> None:
    for bounds, taker in (({"minimumProficiency": 4}, ben), ({"maximumProficiency": 3.5}, ana)):
        lead({"targetQueue": {"id": centre.queue("Support")}, "skills": [{"id": skill, **bounds}]})
        customer = Customer(centre)
        customer.write("Hello")
        taker.accept(customer.address)


def test_a_skill_expression(
    centre: ContactCentre, lead: Callable[[Json], None], ana: Desk, ben: Desk, skill: str
) -> None:
    name = platform.RoutingApi(centre.sdk()).get_routing_skill(skill).name
    for asked, taker in ((f'NOT Skill("{name}") = 3', ben), (f'Skill("{name}") < 5', ana)):
        lead({"targetQueue": {"id": centre.queue("Support")}, "skillExpression": asked})
        customer = Customer(centre)
        customer.write("Hello")
        taker.accept(customer.address)
    for asked in ('Skill("no such skill")', "Skill > 3"):
        with pytest.raises(platform.rest.ApiException) as refused:
            lead({"targetQueue": {"id": centre.queue("Support")}, "skillExpression": asked})
        assert refused.value.status == 400


def test_who_is_scored_comes_before_who_is_idle_longer(
    centre: ContactCentre, lead: Callable[[Json], None], ana: Desk, ben: Desk
) -> None:
    queue = {"id": centre.queue("Support")}
    lead({"targetQueue": queue, "preferredAgents": [{"agent": {"id": ben.user_id}, "score": 90}]})
    scored = Customer(centre)
    scored.write("Hello")
    ben.accept(scored.address)
    lead({"targetQueue": queue, "directAgent": {"id": ben.user_id}})
    named = Customer(centre)
    named.write("Hello")
    ben.accept(named.address)


def test_a_flow_names_only_who_is_there(centre: ContactCentre, lead: Callable[[Json], None]) -> None:
    nobody = {"id": "8c5b3f5e-1d94-4b7e-9a53-0d1c7a3c1f11"}
    for wish, field in (
        ({"directAgent": nobody}, "directAgent.id"),
        ({"preferredAgents": [{"agent": nobody, "score": 1}]}, "preferredAgents"),
        ({"label": nobody}, "label.id"),
    ):
        transfer = {"targetQueue": {"id": centre.queue("Support")}, **wish}
        refused = refusal(lambda: lead(transfer))  # noqa: B023
        assert (refused.status, refused.field) == (400, field)


def test_what_the_channel_says_of_the_customer_and_a_table_of_parameters_decide(
    centre: ContactCentre, answer: Callable[[str, list[Json]], None], ana: Desk
) -> None:
    """The shop's middleware knows a customer's tier; what a tier gets stands in a data table that changes within the day."""
    architect, middleware = platform.ArchitectApi(centre.sdk()), Middleware(centre)
    columns = {"key": {"type": "string"}, "Queue": {"type": "string"}, "Priority": {"type": "integer"}}
    schema = {"type": "object", "required": ["key"], "additionalProperties": False, "properties": columns}
    table = architect.post_flows_datatables({"name": f"Tiers of {centre.now()}", "schema": schema})
    row = {"key": "gold", "Queue": centre.queue("Support"), "Priority": 3}
    architect.post_flows_datatable_rows(table.id, row)

    def of_gold(column: str) -> Json:
        return {"dataTableLookup": {"dataTable": {"id": table.id}, "lookupValue": "gold", "column": column}}

    gold = {"transferToAcd": {"targetQueue": {"id": of_gold("Queue")}, "priority": of_gold("Priority")}}
    others = [{"transferToAcd": {"targetQueue": {"id": centre.queue("Support")}}}]
    cases = [{"case": {"value": "gold", "actions": [gold]}}]
    answer("open", [{"switch": {"participantData": "tier", "cases": cases, "default": {"actions": others}}}])

    def waits(**attributes: str) -> tuple[str, int]:
        """(queue, priority) of a new customer of whom the middleware says that."""
        customer = new_address()
        message = middleware.message(customer, "Hello")
        message["channel"]["metadata"] = {"customAttributes": attributes}
        middleware.api.post_conversations_message_inbound_open_message(middleware.integration["id"], message)
        centre.settle()
        talk = ana.alerted(customer)
        (shown,) = [each for each in talk.participants if each.purpose == "customer"]
        assert shown.attributes == attributes
        (acd,) = [each for each in talk.participants if each.purpose == "acd"]
        ana.accept(customer)
        return acd.queue_name, acd.conversation_routing_data.priority

    assert waits(tier="gold", city="Oslo") == ("Support", 3)
    assert waits(tier="silver") == ("Support", 0)
    architect.put_flows_datatable_row(table.id, "gold", body={**row, "Queue": centre.queue("Sales"), "Priority": 8})
    centre.advance("PT31S")
    assert waits(tier="gold") == ("Sales", 8)
