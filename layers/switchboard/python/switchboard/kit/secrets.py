"""Secrets Manager: small sets of named values, one secret each. They are kept nowhere else."""

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from switchboard.kit import aws


def read(name: str) -> dict[str, str]:
    """The values; empty where there is no such secret."""
    try:
        answer = _client().get_secret_value(SecretId=name)
    except ClientError as error:
        if _code(error) == "ResourceNotFoundException":
            return {}
        raise
    values: dict[str, str] = json.loads(answer["SecretString"])
    return values


def write(name: str, values: Mapping[str, str]) -> None:
    """Keep these values and no others under the name."""
    text = json.dumps(dict(values))
    try:
        _client().create_secret(Name=name, SecretString=text)
    except ClientError as error:
        if _code(error) != "ResourceExistsException":
            raise
        _client().put_secret_value(SecretId=name, SecretString=text)


def remove(name: str) -> None:
    """Destroy the values at once; harmless where there are none."""
    try:
        _client().delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    except ClientError as error:
        if _code(error) != "ResourceNotFoundException":
            raise


def _client() -> Any:
    return aws.client("secretsmanager")


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])
