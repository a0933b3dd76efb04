"""A newcomer finds things by their names: the same in every domain, one idea in a file."""

from tests.architecture.source import FUNCTIONS, LAYER, ROOT, domains, handlers, name, package, python_files

AGREED = {"__init__", "api", "bootstrap", "errors", "events", "models", "ports", "repository", "service"}
# Files of other names, and the idea that has no home among the agreed ones.
OTHERS = {
    "analytics": {
        "aggregates": "conversation aggregates, as a pure function",
        "columns": "the columns of exported views",
        "details": "the platform's analytics details, the one shape of a fact",
        "details_query": "which conversations a details query means, as a pure function",
        "exports_repository": "the exports' part of the repository",
        "filters": "what queries filter by",
        "intervals": "intervals, and how a granularity cuts them",
        "jobs": "which conversations a details job means, as pure functions",
        "jobs_repository": "the jobs' part of the repository",
        "metrics": "the metrics that a session emits, as a pure function",
        "responses": "how long answers took",
        "observations": "queues and agents now, as a pure function",
        "rows": "details as rows that can be grouped",
        "service_levels": "the goals that queues are configured with",
        "steps": "the part of the api that the consumer of events runs",
        "user_aggregates": "time spent in statuses, as a pure function",
        "views": "views that can be exported, as pure functions",
    },
    "channels": {
        "adapter": "what a channel implements",
        "administration": "integrations as the console changes them",
        "attempts": "which attempt at a send this is, and when the next may be",
        "console": "the console's part of the api, apart so that the message path does not import it",
        "capabilities": "what a channel can do, as flags",
        "http_client": "HTTPS to providers, with limits and without following anybody inside",
        "intake": "the way onto the inbound queue, shared by webhooks and the inbound API",
        "media": "the media step of every channel",
        "message": "the canonical message: what all domains mean by one",
        "rates": "rate budgets of senders and recipients",
        "reading": "reading values that providers send",
        "sending": "the send step of every channel",
        "signatures": "HMAC over raw bytes",
        "webhook": "the webhook step of every channel",
    },
    "contacts": {
        "console": "the console's part of the api, apart so that the message path does not import it",
        "editing_repository": "the console's part of the repository, for the same reason",
        "addresses": "where a contact is reached on an integration, as a pure function",
        "changes": "how an edit applies to a contact",
        "fields": "checks and forms of a contact's fields",
        "identifiers": "what identifies a contact, and under which key",
    },
    "conversations": {
        "console": "the console's part of the api, apart so that the message path does not import it",
        "steps": "the part of the api that consumers of queues and streams run, each wired with what it needs",
        "transitions": "what can happen to a conversation, as pure functions",
        "views": "the platform's shapes",
        "calling_back": "callbacks, as pure functions",
        "callback_views": "the platform's shapes of callbacks",
        "consulting": "consultations of a colleague, as pure functions",
        "conferring": "joining an agent in talking with the customer, as a pure function",
        "transferring": "transfers, as pure functions",
        "internal_views": "the platform's shapes of internal messages",
        "due": "what a conversation waits for by the clock, as a pure function",
        "parts": "pieces of its transitions",
        "wrapping_up": "after-call work, as pure functions",
    },
    "directory": {
        "entities": "declared entities",
        "groups": "groups of users and their members",
        "search": "how users and groups are searched",
    },
    "flows": {
        "calendars": "opening hours",
        "datatables": "data tables",
        "steps": "what the function of in-queue flows runs",
        "waiting": "in-queue flows",
        "definition": "what a flow may say",
        "reading": "reading a definition, refusing by place",
        "transfer": "what its transfer to a queue may say",
    },
    "identity": {
        "authorization": "what a caller may do",
        "clients": "OAuth clients",
        "entities": "declared entities",
        "hosted_ui": "Cognito's sign-in page",
        "permissions": "the names of all permissions",
        "secret_hash": "how secrets are kept",
        "sign_in": "authorization code with PKCE",
        "tokens": "signing and reading bearer tokens",
    },
    "notifications": {
        "sockets": "posting to WebSocket connections",
        "telling": "which topics an event becomes",
        "topics": "the platform's topic names",
    },
    "routing": {
        "agents": "an agent's capacity, as pure functions",
        "catalogue": "declared entities",
        "commands": "commands on acd.fifo",
        "matching": "who gets what, as pure functions",
        "batch": "what one batch of commands has read",
        "steps": "the part of the api that consumers of queues and streams run, each wired with what it needs",
        "candidates": "the agents whom one command considers",
        "places": "where interactions wait, in storage",
        "queue_settings": "reading a queue's settings",
        "expressions": "skill expressions: text and what it means",
        "member_groups": "the groups of people that a queue names",
        "waiting_settings": "what a queue says beyond the platform's fields",
        "views": "the platform's shapes",
        "usage": "who uses what would be deleted",
        "utilization": "how much an agent takes at once",
        "waiting_time": "where one stands, and the estimate",
        "service_level": "the share of recent waits that was answered in time, a pure computation",
    },
}
LONGEST = 300
LONGER = {
    "layers/switchboard/python/switchboard/conversations/models.py": "the stored document; a second file costs every cold start",
    "layers/switchboard/python/switchboard/conversations/repository.py": "one access pattern beside the other shows the keys",
    "layers/switchboard/python/switchboard/conversations/transitions.py": "one list of all that can happen to a conversation",
    "layers/switchboard/python/switchboard/conversations/views.py": "one shape of the platform after the other",
    "tests/contract/console/resources.py": "one config entity after the other",
    "tests/contract/channels/whatsapp_cases.py": "a table of cases, one for each thing that Meta sends",
    "local/cloud.py": "what a local cloud consists of",
    "local/resources.py": "one kind of resource after the other",
    "local/patches/dynamodb.py": "one mended operation of moto after the other",
}


def test_the_files_of_a_domain_bear_the_agreed_names() -> None:
    for domain in domains():
        found = {
            path.stem for path in (LAYER / domain).iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()
        }
        assert found - AGREED == set(OTHERS.get(domain, {})), domain


def test_the_same_label_stands_on_every_shelf() -> None:
    for domain in domains():
        assert (FUNCTIONS / domain / "__init__.py").is_file(), domain
        assert (ROOT / "infra" / "stacks" / f"{domain}.py").is_file(), domain


def test_a_function_is_a_folder_with_a_handler() -> None:
    for handler in handlers():
        depth = 3 if package(handler).startswith("channels/") and package(handler) != "channels/api" else 2
        assert len(package(handler).split("/")) == depth, name(handler)
        assert "def lambda_handler(" in handler.read_text(), name(handler)
        folders = [*handler.parent.relative_to(ROOT).parents, handler.parent.relative_to(ROOT)]
        assert all((ROOT / folder / "__init__.py").is_file() for folder in folders if folder.name), name(handler)


def test_every_file_can_be_read_at_one_go() -> None:
    folders = [ROOT / each for each in ("functions", "infra", "layers", "local", "tests", "tools")]
    lengths = {name(path): len(path.read_text().splitlines()) for path in python_files(*folders)}
    too_long = {path for path, length in lengths.items() if length > LONGEST}
    assert too_long == set(LONGER)


def test_every_file_says_what_it_is() -> None:
    for path in python_files(FUNCTIONS, LAYER, ROOT / "infra", ROOT / "local", ROOT / "tools"):
        text = path.read_text()
        assert not text.strip() or text.startswith('"""'), name(path)
