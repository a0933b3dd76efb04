"""A new deployment has no client yet: its owner invokes the setup function."""

import json

from tests.integration.identity.console import Console


def test_the_first_administrator_may_do_everything_and_only_its_hash_is_kept(console: Console) -> None:
    made = console.cloud.invoke("identity-setup", {"name": "owner"})
    owner = console.as_client(made["clientId"], made["clientSecret"])
    assert owner.call("GET", "/api/v2/oauth/clients").status == 200
    body = {"name": "next", "authorizedGrantType": "CLIENT-CREDENTIALS"}
    assert owner.call("POST", "/api/v2/oauth/clients", body).status == 200
    assert made["clientSecret"] not in json.dumps(
        console.cloud.client("dynamodb").scan(TableName="dev-identity")["Items"]
    )
