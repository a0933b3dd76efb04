"""Builds identity's services from a function's settings, once per container."""

from collections.abc import Iterator
from dataclasses import replace

from switchboard.directory import api as directory
from switchboard.identity.authorization import Authorization, Callers
from switchboard.identity.clients import Clients, grants_of
from switchboard.identity.entities import CLIENT, DIVISION, ROLE
from switchboard.identity.hosted_ui import HostedUi
from switchboard.identity.repository import Repository, SigningKey
from switchboard.identity.service import Issuer, TokenService
from switchboard.identity.sign_in import SignInService
from switchboard.kit import settings
from switchboard.kit.dynamo import Table
from switchboard.kit.entities import Store


@settings.per_function
def table() -> Table:
    return Table(settings.required("IDENTITY_TABLE"))


@settings.per_function
def repository() -> Repository:
    return Repository(table())


@settings.per_function
def roles() -> Store:
    return Store(table(), replace(ROLE, references=_held_by))


@settings.per_function
def divisions() -> Store:
    return Store(table(), replace(DIVISION, references=_lying_in))


def _lying_in(division_id: str) -> Iterator[str]:
    """What lies in a division, of every domain that has such things. Loaded when a division is deleted: who only wants a token does
    not wait for it."""
    from switchboard.contacts import console as contacts
    from switchboard.flows import api as flows
    from switchboard.routing import api as routing

    for domain in (routing, directory, flows, contacts):
        yield from domain.in_division(division_id)


def _held_by(role_id: str) -> Iterator[str]:
    """Who holds a role; users and clients who were deleted do not count."""
    subjects = set(repository().holders(role_id))
    for user in directory.present_users(subjects).values():
        yield f"the user {user['name']}"
    for client in clients().store.all():
        if client["id"] in subjects or role_id in {grant.role_id for grant in grants_of(client)}:
            yield f"the OAuth client {client['name']}"


@settings.per_function
def clients() -> Clients:
    return Clients(Store(table(), CLIENT), roles(), divisions())


@settings.per_function
def authorization() -> Authorization:
    return Authorization(repository(), clients(), roles(), divisions())


@settings.per_function
def callers() -> Callers:
    return Callers(authorization())


@settings.per_function
def signing_key() -> SigningKey:
    return SigningKey(settings.required("SIGNING_KEY_ID"))


@settings.per_function
def token_service() -> TokenService:
    issuer = Issuer(settings.required("TOKEN_ISSUER"), settings.required("ORGANIZATION_ID"), signing_key())
    return TokenService(repository(), clients(), issuer)


@settings.per_function
def sign_in_service() -> SignInService:
    hosted_ui = HostedUi(
        settings.required("USER_POOL_DOMAIN_URL"),
        settings.required("USER_POOL_CLIENT_ID"),
        f"{settings.required('PUBLIC_URL')}/oauth/callback",
    )
    return SignInService(repository(), clients(), hosted_ui, directory.find_by_email)
