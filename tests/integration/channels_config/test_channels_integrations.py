"""Integrations over the console API: connected, changed, removed; their secrets never seen again."""

import itertools
import json
from datetime import timedelta
from typing import Any

import pytest
from switchboard.channels import api as channels
from switchboard.kit import ids

from local.cloud import LocalCloud
from tests.integration.console import Console, sign_in

PATH = "/conversations/messaging/integrations"
OPEN = f"{PATH}/open"
WHATSAPP = f"{PATH}/whatsapp"
URL = "outboundNotificationWebhookUrl"
SECRET = "outboundNotificationWebhookSignatureSecretToken"
_numbers = itertools.count(1)


def open_body(**given: Any) -> dict[str, Any]:
    return {"name": f"Bridge {next(_numbers)}", URL: "https://example.com/hook", SECRET: "hush-hush", **given}


def whatsapp_body(**given: Any) -> dict[str, Any]:
    number = next(_numbers)
    return {
        "name": f"Number {number}",
        "phoneNumberId": f"9000{number}",
        "phoneNumber": f"+1 555 078 {number:04d}",
        "accessToken": "hush-token",
        "appSecret": "hush-app",
        "verifyToken": "hush-verify",
        **given,
    }


def secrets(cloud: LocalCloud, integration_id: str) -> dict[str, str]:
    """As the channel's webhook sees them, once what it remembers has become too old."""
    cloud.advance(timedelta(seconds=31))
    with cloud.as_function("channels-open-webhook"):
        return channels.secrets(integration_id)


def stored_secret(cloud: LocalCloud, integration_id: str) -> dict[str, str] | None:
    client = cloud.client("secretsmanager")
    for secret in client.list_secrets()["SecretList"]:
        if secret["Name"].endswith(f"/channels/{integration_id}"):
            values: dict[str, str] = json.loads(client.get_secret_value(SecretId=secret["Name"])["SecretString"])
            return values
    return None


def everything_stored(cloud: LocalCloud) -> str:
    client = cloud.client("dynamodb")
    (table,) = [name for name in client.list_tables()["TableNames"] if name.endswith("channels")]
    return json.dumps(client.scan(TableName=table)["Items"])


def test_an_open_integration_is_connected_and_its_secret_kept_apart(admin: Console, cloud: LocalCloud) -> None:
    made = admin.done("POST", OPEN, open_body(webhookHeaders={"Authorization": "Bearer hush-header"}))
    assert made["createStatus"] == "Completed" and made["status"] == "Active"
    assert made["webhookHeaders"] == {"Authorization": "********"}
    assert made["recipient"]["id"] == made["id"] and SECRET not in made
    assert admin.done("GET", f"{OPEN}/{made['id']}") == made
    assert secrets(cloud, made["id"]) == {"outboundSecret": "hush-hush", "header:Authorization": "Bearer hush-header"}
    assert "hush-" not in everything_stored(cloud)
    with cloud.as_function("channels-open-webhook"):
        connection = channels.connection(made["id"])
    assert connection and connection.address == {"webhookUrl": "https://example.com/hook"} and not connection.secrets


def test_the_same_create_sent_again_makes_one_integration(admin: Console) -> None:
    body = open_body()
    assert admin.done("POST", OPEN, body)["id"] == admin.done("POST", OPEN, body)["id"]


def test_patch_changes_what_it_sends_and_a_new_secret_is_used_soon(admin: Console, cloud: LocalCloud) -> None:
    made = admin.done("POST", OPEN, open_body(webhookHeaders={"X-A": "1", "X-B": "2"}))
    assert secrets(cloud, made["id"])["outboundSecret"] == "hush-hush"
    body = {"name": made["name"] + "!", SECRET: "hush-new", "webhookHeaders": {"X-A": "********", "X-C": "3"}}
    changed = admin.done("PATCH", f"{OPEN}/{made['id']}", body)
    assert changed["name"] == made["name"] + "!" and changed[URL] == made[URL]
    assert secrets(cloud, made["id"]) == {"outboundSecret": "hush-new", "header:X-A": "1", "header:X-C": "3"}


def test_a_deleted_integration_takes_its_secret_along(admin: Console, cloud: LocalCloud) -> None:
    made = admin.done("POST", OPEN, open_body())
    assert admin.call("DELETE", f"{OPEN}/{made['id']}").status == 204
    assert admin.refused("GET", f"{OPEN}/{made['id']}") == (404, "not.found", "")
    assert stored_secret(cloud, made["id"]) is None
    assert secrets(cloud, made["id"]) == {}


def test_a_name_is_taken_once_and_leaves_no_secret_behind(admin: Console, cloud: LocalCloud) -> None:
    first, second = admin.done("POST", OPEN, open_body()), admin.done("POST", OPEN, open_body())
    before = len(cloud.client("secretsmanager").list_secrets()["SecretList"])
    taken = open_body(name=first["name"], webhookHeaders={"X-Other": "1"})
    assert admin.refused("POST", OPEN, taken) == (409, "conflict", "name")
    assert len(cloud.client("secretsmanager").list_secrets()["SecretList"]) == before
    body = {"name": first["name"], SECRET: "hush-other"}
    assert admin.refused("PATCH", f"{OPEN}/{second['id']}", body) == (409, "conflict", "name")
    assert stored_secret(cloud, second["id"]) == {"outboundSecret": "hush-hush"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"name": None}, (400, "bad.request", "name")),
        ({"name": "x" * 300}, (400, "invalid.value", "name")),
        ({URL: None}, (400, "bad.request", URL)),
        ({URL: "http://example.com"}, (400, "invalid.value", URL)),
        ({URL: "https://169.254.169.254/"}, (400, "invalid.value", URL)),
        ({SECRET: None}, (400, "bad.request", SECRET)),
        ({SECRET: "x" * 5000}, (400, "invalid.value", SECRET)),
        ({"webhookHeaders": {"X": "a\r\nb"}}, (400, "invalid.value", "webhookHeaders")),
        ({"supportedContent": {"id": "none"}}, (400, "invalid.value", "supportedContent.id")),
    ],
)
def test_a_wrong_open_integration_is_refused_by_name(
    admin: Console, given: dict[str, Any], expected: tuple[int, str, str]
) -> None:
    assert admin.refused("POST", OPEN, open_body(**given)) == expected


def test_a_whatsapp_number_is_connected_by_what_its_owner_knows(admin: Console, cloud: LocalCloud) -> None:
    body = whatsapp_body()
    made = admin.done("POST", WHATSAPP, body)
    assert made["status"] == "Active" and made["phoneNumber"] == body["phoneNumber"].replace(" ", "")
    assert made["webhookUrl"].endswith(f"/webhooks/whatsapp/{made['id']}")
    assert secrets(cloud, made["id"]) == {name: body[name] for name in ("accessToken", "appSecret", "verifyToken")}
    assert "hush-" not in everything_stored(cloud) and "hush-" not in json.dumps(made)
    with cloud.as_function("conversations-api"):
        found = channels.connection_by_address("whatsapp", made["phoneNumber"])
        assert found and found.integration_id == made["id"]
        assert channels.connection_by_address("open", made["phoneNumber"]) is None
    again = whatsapp_body(phoneNumberId=body["phoneNumberId"])
    assert admin.refused("POST", WHATSAPP, again) == (409, "conflict", "phoneNumberId")


def test_a_new_access_token_leaves_the_other_secrets(admin: Console, cloud: LocalCloud) -> None:
    made = admin.done("POST", WHATSAPP, whatsapp_body())
    admin.done("PATCH", f"{WHATSAPP}/{made['id']}", {"accessToken": "hush-2"})
    assert secrets(cloud, made["id"])["accessToken"] == "hush-2"
    assert secrets(cloud, made["id"])["appSecret"] == "hush-app"


def test_embedded_signup_waits_for_what_only_the_owner_knows(admin: Console) -> None:
    body = {"name": f"Signup {next(_numbers)}", "embeddedSignupAccessToken": "hush-embedded"}
    made = admin.done("POST", f"{WHATSAPP}/embeddedsignup", body)
    assert made["status"] == "Incomplete"
    rest = whatsapp_body()
    rest.pop("name")
    rest.pop("accessToken")
    assert admin.done("PATCH", f"{WHATSAPP}/{made['id']}", rest)["status"] == "Active"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"appSecret": None}, (400, "bad.request", "appSecret")),
        ({"appSecret": {"a": 1}}, (400, "invalid.value", "appSecret")),
        ({"phoneNumberId": "../evil"}, (400, "invalid.value", "phoneNumberId")),
        ({"phoneNumber": "call me"}, (400, "invalid.value", "phoneNumber")),
        ({"name": ["x"]}, (400, "invalid.value", "name")),
    ],
)
def test_a_wrong_whatsapp_number_is_refused_by_name(
    admin: Console, given: dict[str, Any], expected: tuple[int, str, str]
) -> None:
    assert admin.refused("POST", WHATSAPP, whatsapp_body(**given)) == expected
    assert admin.refused("POST", WHATSAPP, ["x"]) == (400, "bad.request", "body")


def test_types_do_not_mix_and_one_list_has_them_all(admin: Console) -> None:
    made = admin.done("POST", OPEN, open_body())
    assert admin.call("GET", f"{WHATSAPP}/{made['id']}").status == 404
    assert admin.call("DELETE", f"{WHATSAPP}/{made['id']}").status == 404
    listed = admin.done("GET", PATH, pageSize=500)["entities"]
    assert {each["messengerType"] for each in listed} == {"open", "whatsapp"}
    assert made["id"] in {each["id"] for each in admin.done("GET", OPEN, pageSize=500)["entities"]}
    assert made["id"] not in {each["id"] for each in admin.done("GET", WHATSAPP, pageSize=500)["entities"]}


def test_an_agent_may_not_see_or_make_integrations(cloud: LocalCloud) -> None:
    agent = sign_in(cloud, "demo-ana")
    assert agent.refused("POST", OPEN, open_body())[:2] == (403, "missing.permissions")
    assert agent.refused("DELETE", f"{OPEN}/{ids.new()}")[:2] == (403, "missing.permissions")
