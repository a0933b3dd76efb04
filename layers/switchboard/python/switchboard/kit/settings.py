"""The environment of a function, read here and nowhere else.

In Lambda that is `os.environ`. The local cloud runs many functions in one process, so it sets `environment` around each
invocation, always to the same mapping object for the same function; what a function keeps between invocations is
therefore kept per mapping (`per_function`).
"""

import os
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

environment: ContextVar[Mapping[str, str] | None] = ContextVar("environment", default=None)

P = ParamSpec("P")
R = TypeVar("R")


class SettingMissingError(RuntimeError):
    """The deployment did not give the function a variable it reads: a fault of infra, not of the caller."""


def optional(name: str, default: str = "") -> str:
    """The variable, or `default` where the deployment leaves it out."""
    return _variables().get(name, default)


def required(name: str) -> str:
    """The variable; raises SettingMissingError where it is absent or empty."""
    value = optional(name)
    if not value:
        raise SettingMissingError(f"{name} is not set for {function_name()}")
    return value


def function_name() -> str:
    return optional("AWS_LAMBDA_FUNCTION_NAME", "local")


def per_function(build: Callable[P, R]) -> Callable[P, R]:
    """Cache a composition root for as long as the function's container lives, apart for each function."""
    built: dict[object, tuple[Mapping[str, str], R]] = {}

    @wraps(build)
    def cached(*args: P.args, **kwargs: P.kwargs) -> R:
        variables = _variables()
        key = (id(variables), args, *sorted(kwargs.items()))
        if key not in built:
            # The mapping is kept beside the value: its id stays its own for as long as the entry lives.
            built[key] = (variables, build(*args, **kwargs))
        return built[key][1]

    return cached


def _variables() -> Mapping[str, str]:
    variables = environment.get()
    return os.environ if variables is None else variables
