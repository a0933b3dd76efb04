"""The exports' part of the storage; the only file that knows their keys.

EXPORTS#<owner>  <export>  an export; it expires with its file
"""

from switchboard.analytics.models import Export
from switchboard.kit import model
from switchboard.kit.dynamo import ConditionFailedError, Item, Key, Table


class ExportsRepository:
    def __init__(self, table: Table) -> None:
        self._table = table

    def create(self, export: Export) -> None:
        self._table.create(_item(export))

    def find(self, owner: str, identifier: str) -> Export | None:
        item = self._table.get(_key(owner, identifier))
        return model.load(Export, item["doc"]) if item else None

    def all(self, owner: str) -> list[Export]:
        items = self._table.query(f"EXPORTS#{owner}", consistent=True)
        return [model.load(Export, item["doc"]) for item in items]

    def replace(self, old: Export, new: Export) -> bool:
        """Write the next state of an export; False where somebody else changed or deleted it meanwhile."""
        try:
            self._table.put(_item(new), condition="doc = :doc", values={"doc": model.dump(old)})
        except ConditionFailedError:
            return False
        return True

    def delete(self, owner: str, identifier: str) -> bool:
        """False where there is none."""
        return self._table.delete(_key(owner, identifier)) is not None


def _item(export: Export) -> Item:
    key = _key(export.owner, export.id)
    return {"PK": key[0], "SK": key[1], "doc": model.dump(export), "expiresAt": export.expires // 1000}


def _key(owner: str, identifier: str) -> Key:
    return f"EXPORTS#{owner}", identifier
