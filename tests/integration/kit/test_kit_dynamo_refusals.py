"""What DynamoDB refuses for a moment is asked again; what it refuses for good is told as it is."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from switchboard.kit import aws, dynamo, settings
from switchboard.kit.dynamo import Table, TransactionCanceledError

from local.cloud import LocalCloud

STEP = "test-Step"


@pytest.fixture
def items(cloud: LocalCloud) -> Iterator[Table]:
    with cloud.as_function(STEP):
        yield Table(settings.required("ITEMS_TABLE"))


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    # The module's own name for it: other threads of the local cloud go on sleeping.
    monkeypatch.setattr(aws, "time", SimpleNamespace(sleep=slept.append))
    return slept


def _refused(code: str, *reasons: str) -> Callable[[], ClientError]:
    response: Any = {"Error": {"Code": code}, "CancellationReasons": [{"Code": each} for each in reasons]}
    return lambda: ClientError(response, "Write")


CONFLICT = _refused("TransactionConflictException")
CANCELED = "TransactionCanceledException"


@pytest.mark.parametrize(
    "refusal", [CONFLICT, _refused(CANCELED, "None", "TransactionConflict"), _refused(CANCELED, "ThrottlingError")]
)
def test_a_write_goes_on_when_what_was_in_its_way_is_over(
    cloud: LocalCloud, items: Table, waits: list[float], refusal: Callable[[], ClientError]
) -> None:
    cloud.faults.fail(function=STEP, call=1, error=refusal)
    item = {"PK": "one", "SK": "one"}
    if refusal is CONFLICT:
        items.put(item)
    else:
        items.transact([dynamo.create(item)])
    assert items.get(("one", "one")) == item
    assert waits == [0.02]


def test_it_is_told_in_the_end_and_by_its_name(cloud: LocalCloud, items: Table) -> None:
    def always(refusal: Callable[[], ClientError], times: int = aws.ATTEMPTS) -> None:
        for _ in range(times):
            cloud.faults.fail(function=STEP, call=1, error=refusal)

    write = dynamo.create({"PK": "one", "SK": "one"})
    always(CONFLICT)
    with pytest.raises(ClientError):
        items.put({"PK": "one", "SK": "one"})
    always(_refused(CANCELED, "TransactionConflict"))
    with pytest.raises(TransactionCanceledError) as conflict:
        items.transact([write])
    assert conflict.value.failed == {}
    always(_refused(CANCELED, "ConditionalCheckFailed", "TransactionConflict"), 1)
    with pytest.raises(TransactionCanceledError) as failed:
        items.transact([write])
    assert failed.value.failed == {0: {}}
    always(_refused(CANCELED, "ItemCollectionSizeLimitExceeded"), 1)
    with pytest.raises(ClientError):
        items.transact([write])


def test_what_a_batch_left_undone_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, items: Table, waits: list[float]
) -> None:
    numbers = range(30)
    client = aws.client("dynamodb")
    write, read = client.batch_write_item, client.batch_get_item

    def half_written(RequestItems: dict[str, list[Any]]) -> Any:  # noqa: N803
        taken = {name: asked[: len(asked) // 2 or 1] for name, asked in RequestItems.items()}
        write(RequestItems=taken)
        left = {name: asked[len(taken[name]) :] for name, asked in RequestItems.items()}
        return {"UnprocessedItems": {name: asked for name, asked in left.items() if asked}}

    def half_read(RequestItems: dict[str, Any]) -> Any:  # noqa: N803
        ((name, asked),) = RequestItems.items()
        keys = asked["Keys"]
        taken, left = keys[: len(keys) // 2 or 1], keys[len(keys) // 2 or 1 :]
        answer = read(RequestItems={name: {**asked, "Keys": taken}})
        return answer | {"UnprocessedKeys": {name: {**asked, "Keys": left}} if left else {}}

    monkeypatch.setattr(client, "batch_write_item", half_written)
    monkeypatch.setattr(client, "batch_get_item", half_read)
    items.put_all([{"PK": "many", "SK": str(number)} for number in numbers])
    assert len(items.batch_get(("many", str(number)) for number in numbers)) == len(numbers)
    assert waits[:3] == [0.02, 0.04, 0.08]
