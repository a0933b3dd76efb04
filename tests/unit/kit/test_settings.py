"""A function's environment, and what it keeps between invocations."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from switchboard.kit import settings


@contextmanager
def running(variables: Mapping[str, str]) -> Iterator[None]:
    token = settings.environment.set(variables)
    try:
        yield
    finally:
        settings.environment.reset(token)


def test_a_missing_variable_names_itself_and_the_function() -> None:
    with running({"AWS_LAMBDA_FUNCTION_NAME": "dev-routing-api", "EMPTY": ""}):
        for name in ("ROUTING_TABLE", "EMPTY"):
            with pytest.raises(settings.SettingMissingError, match=f"{name} is not set for dev-routing-api"):
                settings.required(name)
        assert settings.optional("ROUTING_TABLE", "default") == "default"


def test_what_is_built_is_kept_for_one_function_and_not_shared_with_another() -> None:
    built: list[str] = []

    @settings.per_function
    def part(kind: str = "") -> str:
        built.append(settings.required("NAME") + kind)
        return built[-1]

    # Equal environments of two functions are still two containers.
    one, other = {"NAME": "same"}, {"NAME": "same"}
    for variables in (one, one, other, one):
        with running(variables):
            assert part() == "same"
    assert built == ["same", "same"]
    with running(one):
        assert part("!") == part("!") == "same!"
        assert part(kind="!") == "same!"
    assert built == ["same", "same", "same!", "same!"]


def test_an_error_while_building_is_not_kept() -> None:
    attempts: list[int] = []

    @settings.per_function
    def part() -> str:
        attempts.append(1)
        return settings.required("LATER")

    variables: dict[str, str] = {}
    with running(variables):
        with pytest.raises(settings.SettingMissingError):
            part()
        variables["LATER"] = "now"
        assert part() == "now"
    assert len(attempts) == 2
