"""Which permission covers which, and in which division."""

import pytest
from switchboard.identity.permissions import AGENT, DEFAULT_ROLES, check_role, patterns
from switchboard.kit.callers import Caller
from switchboard.kit.errors import InvalidValueError, MissingPermissionError


def holding(pattern: str, *divisions: str) -> Caller:
    return Caller("client", grants={pattern: frozenset(divisions or ("*",))})


@pytest.mark.parametrize(
    ("pattern", "permission", "covered"),
    [
        ("routing:queue:view", "routing:queue:view", True),
        ("routing:queue:view", "routing:queue:edit", False),
        ("routing:queue:*", "routing:queue:edit", True),
        ("routing:*:view", "routing:skill:view", True),
        ("routing:*:view", "routing:skill:edit", False),
        ("*:*:*", "anything:at:all", True),
        ("routing:queue:view", "routing:queueMember:view", False),
        ("routing:queue:view", "Routing:queue:view", False),
    ],
)
def test_a_pattern_covers(pattern: str, permission: str, covered: bool) -> None:
    assert holding(pattern).may(permission) is covered


def test_a_permission_of_one_division_is_none_in_another() -> None:
    caller = holding("routing:queue:view", "north")
    assert caller.may("routing:queue:view", "north")
    assert caller.may("routing:queue:view")
    assert not caller.may("routing:queue:view", "south")


def test_the_refusal_names_the_permission() -> None:
    with pytest.raises(MissingPermissionError, match="routing:queue:edit"):
        holding("routing:queue:view").require("routing:queue:edit")


def test_a_role_speaks_through_permissions_and_policies_alike() -> None:
    role = {
        "permissions": ["routing:queue:view"],
        "permissionPolicies": [
            {"domain": "routing", "entityName": "skill", "actionSet": ["add", "view"]},
            {"domain": "quality", "actionSet": ["*"]},
        ],
    }
    assert list(patterns(role)) == ["routing:queue:view", "routing:skill:add", "routing:skill:view", "quality:*:*"]


@pytest.mark.parametrize(
    "role",
    [
        {"permissions": ["routing"]},
        {"permissions": ["routing::view"]},
        {"permissions": ["a:b:c:d"]},
        {"permissionPolicies": [{"entityName": "queue", "actionSet": ["view"]}]},
        {"permissionPolicies": [{"domain": "routing", "actionSet": []}]},
    ],
)
def test_a_role_that_nobody_could_understand_is_refused(role: dict[str, object]) -> None:
    with pytest.raises(InvalidValueError):
        check_role(role, None)


def test_the_default_roles_are_well_formed_and_apart() -> None:
    for role in DEFAULT_ROLES:
        check_role(role, None)
    assert len({role["id"] for role in DEFAULT_ROLES}) == len(DEFAULT_ROLES)


@pytest.mark.parametrize("permission", ["authorization:role:edit", "oauth:client:add", "directory:user:edit"])
def test_an_agent_administers_nothing(permission: str) -> None:
    agent = Caller("client", grants=dict.fromkeys(patterns(AGENT), frozenset("*")))
    assert not agent.may(permission)
