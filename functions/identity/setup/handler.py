"""The first administrator of a new deployment: an OAuth client with every permission.

No route leads here. Whoever may invoke the account's functions (`aws lambda invoke --function-name <stage>-identity-setup
out.json`) gets such a client, also later, when the secrets of all others are lost.
"""

from typing import Any

from switchboard.identity import api as identity
from switchboard.kit.callers import EVERY_DIVISION


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, str]:
    """`{"name"}` (optional) to `{"clientId", "clientSecret"}`; the secret is told this once."""
    admin = {"roleId": identity.ADMIN["id"], "divisionId": EVERY_DIVISION}
    body = {
        "name": str(event.get("name") or "administrator"),
        "authorizedGrantType": "CLIENT-CREDENTIALS",
        "roleDivisions": [admin],
    }
    client, secret = identity.clients().create(body, actor="setup")
    return {"clientId": client["id"], "clientSecret": secret}
