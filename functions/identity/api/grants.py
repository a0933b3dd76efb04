"""Grants: which user or client holds which role in which division."""

from typing import Any

from switchboard.directory import api as directory
from switchboard.identity import api as identity
from switchboard.identity.models import Grant
from switchboard.kit import clock
from switchboard.kit.entities import Body
from switchboard.kit.errors import BadRequestError, NotFoundError
from switchboard.kit.http import Api, Request

from functions.identity.api import powers


def register(api: Api) -> None:
    api.operation("UsersApi.get_authorization_subject")(subject)
    api.operation("UsersApi.post_authorization_subject_division_role", powers.GRANT)(grant)
    api.operation("UsersApi.delete_authorization_subject_division_role", "authorization:grant:delete")(revoke)
    api.operation("AuthorizationApi.post_authorization_role", powers.GRANT)(grant_many)


def subject(request: Request) -> Any:
    subject_id = request.path["subjectId"]
    if subject_id not in (request.caller.user_id, request.caller.client_id):
        request.caller.require("authorization:grant:view")
    name = _name(subject_id)
    grants = [_shown(subject_id, *grant) for grant in identity.grants_of(subject_id)]
    return {"id": subject_id, "name": name, "grants": grants}


def grant(request: Request) -> None:
    subject_id, division_id = request.path["subjectId"], request.path["divisionId"]
    powers.check_grant(request.caller, request.path["roleId"], [division_id])
    _name(subject_id)
    identity.grant([subject_id], [division_id], request.path["roleId"])


def revoke(request: Request) -> None:
    division_id = request.path["divisionId"]
    request.caller.require("authorization:grant:delete", division_id)
    identity.revoke(request.path["subjectId"], division_id, request.path["roleId"])


def grant_many(request: Request) -> None:
    subjects, divisions = (request.body.get(name) or [] for name in ("subjectIds", "divisionIds"))
    if not subjects or not divisions:
        raise BadRequestError("subjectIds and divisionIds are required.", field="subjectIds")
    powers.check_grant(request.caller, request.path["roleId"], divisions)
    for subject_id in subjects:
        _name(subject_id)
    identity.grant(subjects, divisions, request.path["roleId"])


def _name(subject_id: str) -> str:
    """The name of the user or client; raises NotFoundError for neither."""
    found = directory.find_users([subject_id]).get(subject_id) or identity.clients().store.find(subject_id)
    if found is None:
        raise NotFoundError("subject", subject_id)
    return str(found["name"])


def _shown(subject_id: str, made: Grant, role: Body, division: Body) -> Body:
    return {
        "subjectId": subject_id,
        "division": {
            "id": division["id"],
            "name": division["name"],
            "selfUri": f"/api/v2/authorization/divisions/{division['id']}",
        },
        "role": {
            "id": role["id"],
            "name": role["name"],
            "description": role.get("description"),
            "default": role.get("default", False),
            "policies": [_policy(policy) for policy in role.get("permissionPolicies") or []],
            "selfUri": f"/api/v2/authorization/roles/{role['id']}",
        },
        "grantMadeAt": clock.iso_ms(made.made_at),
    }


def _policy(policy: Body) -> Body:
    return {"domain": policy["domain"], "entityName": policy.get("entityName"), "actions": policy["actionSet"]}
