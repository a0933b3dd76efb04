"""External contacts: created, read, changed, deleted."""

from switchboard.contacts import console as contacts
from switchboard.kit import contract
from switchboard.kit.checks import require
from switchboard.kit.entities import Body
from switchboard.kit.entity_routes import check_place
from switchboard.kit.http import Answer, Api, Request

PATH = "/api/v2/externalcontacts/contacts"
PERMISSION = "externalContacts:contact"


def register(api: Api) -> None:
    name = "ExternalContactsApi.{}_externalcontacts_contact"
    api.operation(name.format("post") + "s", f"{PERMISSION}:add", idempotent=contacts.table)(create)
    api.operation(name.format("get"), f"{PERMISSION}:view")(get)
    api.operation(name.format("put"), f"{PERMISSION}:edit")(replace)
    api.operation(name.format("patch"), f"{PERMISSION}:edit")(change)
    api.operation(name.format("delete"), f"{PERMISSION}:delete")(delete)


def create(request: Request) -> Body:
    check_place(request.caller, f"{PERMISSION}:add", request.body)
    return shown(contacts.create(request.body))


def get(request: Request) -> Body:
    return shown(reachable(request, "view"))


def replace(request: Request) -> Body:
    contact = reachable(request, "edit")
    check_place(request.caller, f"{PERMISSION}:edit", request.body, contact)
    return shown(contacts.replace(contact["id"], request.body))


def change(request: Request) -> Body:
    contact = reachable(request, "edit")
    require(request.body, "changes")

    def validated(changed: Body) -> Body:
        made: Body = contract.validate("ExternalContact", changed)
        check_place(request.caller, f"{PERMISSION}:edit", made, contact)
        return made

    return shown(contacts.change(contact["id"], request.body["changes"], validated))


def delete(request: Request) -> Answer:
    contacts.delete(reachable(request, "delete")["id"])
    return Answer({})


def reachable(request: Request, action: str) -> Body:
    """The contact that the path names. Raises NotFoundError, and MissingPermissionError for its division."""
    contact = contacts.get(request.path["contactId"])
    request.caller.require(f"{PERMISSION}:{action}", contact["division"]["id"])
    return contact


def shown(contact: Body) -> Body:
    division = contact["division"]["id"]
    return contact | {
        "division": {"id": division, "selfUri": f"/api/v2/authorization/divisions/{division}"},
        "selfUri": f"{PATH}/{contact['id']}",
    }
