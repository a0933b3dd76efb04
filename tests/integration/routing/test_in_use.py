"""What routing goes by is not deleted while somebody uses it, and the refusal says who; afterwards it is."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from switchboard.channels.message import Identity
from switchboard.conversations import bootstrap
from switchboard.conversations import console as conversations
from switchboard.kit import clock, ids

from tests.integration.identity.console import Console
from tests.integration.routing.conftest import Centre

Json = dict[str, Any]
Make = Callable[[str], str]
numbers = itertools.count(1)
KINDS = {"skill": "skills", "language": "languages", "label": "utilization/labels", "code": "wrapupcodes"}


@pytest.fixture
def admin(centre: Centre) -> Console:
    return Console(centre.cloud).client("*:*:*")


@pytest.fixture
def make(admin: Console) -> Make:
    """`make("skill")` is the path of a new one."""

    def made(kind: str) -> str:
        path = f"/api/v2/routing/{KINDS[kind]}"
        return f"{path}/{done(admin, 'POST', path, {'name': f'A {kind} {next(numbers)}'})['id']}"

    return made


@pytest.fixture
def flow(admin: Console) -> str:
    body = {"name": f"Leading {next(numbers)}", "type": "INBOUNDSHORTMESSAGE"}
    return str(done(admin, "POST", "/api/v2/flows", body)["id"])


def done(console: Console, method: str, path: str, body: Any = None, **query: str) -> Any:
    answer = console.call(method, path, body, **query)
    assert answer.status < 300, answer.body
    return answer.body


def id_of(path: str) -> str:
    return path.rpartition("/")[2]


def assert_used(console: Console, path: str, by: str) -> None:
    answer = console.call("DELETE", path)
    assert (answer.status, answer.body["code"]) == (409, "in.use")
    assert by in answer.body["message"]
    done(console, "GET", path)


def assert_deleted(console: Console, path: str) -> None:
    done(console, "DELETE", path)
    assert console.call("GET", path).status == 404


def publish(console: Console, flow_id: str, **transfer: Any) -> None:
    task = {"task": {"refId": "main", "actions": [{"transferToAcd": transfer}]}}
    definition = {"inboundShortMessage": {"startUpRef": "./tasks/task[main]", "tasks": [task]}}
    done(console, "POST", f"/api/v2/flows/{flow_id}/versions", definition)
    done(console, "POST", "/api/v2/flows/actions/publish", None, flow=flow_id)


@pytest.mark.parametrize("kind", ["skill", "language", "label"])
def test_what_a_flow_asks_for_stays(centre: Centre, admin: Console, make: Make, flow: str, kind: str) -> None:
    path = make(kind)
    asked = {"skills": [{"id": id_of(path)}]} if kind == "skill" else {kind: {"id": id_of(path)}}
    publish(admin, flow, targetQueue={"id": centre.queue()}, **asked)
    assert_used(admin, path, "the flow Leading")
    publish(admin, flow, targetQueue={"id": centre.queue()})
    assert_deleted(admin, path)


@pytest.mark.parametrize("kind", ["skill", "language", "label", "skill in an expression"])
def test_what_somebody_who_waits_asks_for_stays(centre: Centre, admin: Console, make: Make, kind: str) -> None:
    path, queue = make(kind.partition(" ")[0]), centre.queue()
    wanted: dict[str, Json] = {
        "skill": {"skill_ids": (id_of(path),)},
        "language": {"language_id": id_of(path)},
        "label": {"label_id": id_of(path)},
        "skill in an expression": {"skill_expression": ["not", ["skill", id_of(path), ">", 2]]},
    }
    waiting = centre.start(queue, **wanted[kind])
    assert_used(admin, path, "what waits in the queue Queue")
    done(admin, "POST", f"/api/v2/conversations/{waiting}/disconnect")
    centre.cloud.settle()
    assert_deleted(admin, path)


def test_a_skill_in_the_expression_of_a_flow_stays(centre: Centre, admin: Console, make: Make, flow: str) -> None:
    path = make("skill")
    name = done(admin, "GET", path)["name"]
    publish(admin, flow, targetQueue={"id": centre.queue()}, skillExpression=f'NOT Skill("{name}")')
    assert_used(admin, path, "the flow Leading")


def test_a_queue_to_which_a_flow_leads_stays(centre: Centre, admin: Console, flow: str) -> None:
    queue = centre.queue()
    publish(admin, flow, targetQueue={"id": queue})
    assert_used(admin, f"/api/v2/routing/queues/{queue}", "the flow Leading")
    publish(admin, flow, targetQueue={"id": centre.queue()})
    assert_deleted(admin, f"/api/v2/routing/queues/{queue}")


def test_a_queue_that_takes_what_another_leaves_stays(centre: Centre, admin: Console) -> None:
    target, queues = centre.queue(), "/api/v2/routing/queues"
    first, second = centre.queue(), done(admin, "POST", queues, {"name": f"Second {target}"})["id"]
    done(admin, "PUT", f"{queues}/{first}/waitingsettings", {"overflowQueueId": target, "overflowSeconds": 60})
    assert_used(admin, f"{queues}/{target}", "which overflows into it")
    done(admin, "PUT", f"{queues}/{first}/waitingsettings", {})
    done(admin, "PUT", f"{queues}/{second}", {"name": f"Second {target}", "directRouting": {"backupQueueId": target}})
    assert_used(admin, f"{queues}/{target}", f"the queue Second {target}, whose backup it is")
    done(admin, "PUT", f"{queues}/{second}", {"name": f"Second {target}"})
    assert_deleted(admin, f"{queues}/{target}")


def test_a_queue_to_which_something_comes_back_stays(centre: Centre, admin: Console) -> None:
    """A callback for later, and what an agent has put aside: neither waits there now."""
    queue, other = centre.queue(), centre.queue()
    tomorrow = clock.iso_ms(centre.now() + 24 * 3600 * 1000)
    asked = {"queueId": queue, "callbackNumbers": ["+493012345678"], "callbackScheduledTime": tomorrow}
    callback = done(admin, "POST", "/api/v2/conversations/callbacks", asked)["conversation"]["id"]
    centre.agent(other)
    parked = centre.start(other)
    centre.set_state(parked, "connected")
    (part,) = centre.conversation(parked).of_purpose("agent")
    with centre.cloud.as_function("conversations-api"):
        conversations.park(parked, part.id)
    centre.cloud.settle()
    path = "/api/v2/routing/queues"
    assert_used(admin, f"{path}/{queue}", f"the conversation {callback}, which comes back to it")
    assert_used(admin, f"{path}/{other}", f"the conversation {parked}, which comes back to it")
    for conversation_id in (callback, parked):
        done(admin, "POST", f"/api/v2/conversations/{conversation_id}/disconnect")
    assert_deleted(admin, f"{path}/{queue}")
    assert_deleted(admin, f"{path}/{other}")


@pytest.mark.parametrize("answered", [True, False], ids=["answered", "alerted"])
def test_a_queue_whose_conversation_an_agent_has_stays(centre: Centre, admin: Console, answered: bool) -> None:
    """It waits there again when the agent declines it, puts it aside or hands it over."""
    queue = centre.queue()
    centre.agent(queue)
    held = centre.start(queue)
    if answered:
        centre.set_state(held, "connected")
    assert centre.waiting(queue) == []
    assert_used(admin, f"/api/v2/routing/queues/{queue}", f"the conversation {held}, which an agent has")
    done(admin, "POST", f"/api/v2/conversations/{held}/disconnect")
    centre.cloud.settle()
    assert_deleted(admin, f"/api/v2/routing/queues/{queue}")


def test_a_queue_whose_customer_an_external_contact_has_stays(centre: Centre, admin: Console) -> None:
    queue = centre.queue()
    centre.agent(queue)
    handed_over = centre.start(queue)
    centre.set_state(handed_over, "connected")
    (agent,) = centre.conversation(handed_over).of_purpose("agent")
    way = conversations.Way(Identity(kind="Opaque", value=f"clinic {handed_over}"))
    with centre.cloud.as_function("conversations-api"):
        bootstrap.repository().point_thread(centre.conversation(handed_over), "", 0, centre.now())
        conversations.transfer_to_contact(handed_over, agent.id, (ids.new(), "Clinic"), [way])
    centre.cloud.settle()
    assert_used(admin, f"/api/v2/routing/queues/{queue}", f"the conversation {handed_over}, which comes back to it")
    done(admin, "POST", f"/api/v2/conversations/{handed_over}/disconnect")
    assert_deleted(admin, f"/api/v2/routing/queues/{queue}")


@pytest.mark.parametrize("kind", ["skill", "language"])
def test_what_an_agent_can_do_stays_until_the_agent_is_gone(admin: Console, make: Make, kind: str) -> None:
    path = make(kind)
    agent = done(admin, "POST", "/api/v2/users", {"name": "Agent Smith", "email": f"{kind}@example.com"})["id"]
    held = f"/api/v2/users/{agent}/routing{kind}s"
    done(admin, "POST", held, {"id": id_of(path), "proficiency": 3})
    assert_used(admin, path, "the agent Agent Smith")
    done(admin, "DELETE", f"/api/v2/users/{agent}")
    assert_deleted(admin, path)


def test_the_language_that_a_queue_assumes_stays(centre: Centre, admin: Console, make: Make) -> None:
    path, settings = make("language"), f"/api/v2/routing/queues/{centre.queue()}/waitingsettings"
    done(admin, "PUT", settings, {"languageId": id_of(path)})
    assert_used(admin, path, "the queue Queue")
    done(admin, "PUT", settings, {})
    assert_deleted(admin, path)


def test_a_wrap_up_code_that_a_queue_offers_stays(centre: Centre, admin: Console, make: Make) -> None:
    path, codes = make("code"), f"/api/v2/routing/queues/{centre.queue()}/wrapupcodes"
    done(admin, "POST", codes, [{"id": id_of(path)}])
    assert_used(admin, path, "the queue Queue")
    done(admin, "DELETE", f"{codes}/{id_of(path)}")
    assert_deleted(admin, path)
