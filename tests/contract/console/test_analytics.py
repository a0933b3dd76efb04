"""Analytics: every query through the SDK, answered in the platform's models."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.contract.console.agreement import NOBODY, assert_agrees, wire
from tests.e2e.contact_centre import ContactCentre, Json, platform
from tests.e2e.desk import Desk, Talk
from tests.e2e.refusals import refusal
from tests.e2e.whatsapp import Customer


@pytest.fixture
def talk(centre: ContactCentre, ana: Desk) -> Talk:
    customer = Customer(centre)
    customer.write("Hello")
    accepted = ana.accept(customer.address)
    centre.settle()
    return accepted


@pytest.fixture
def interval(centre: ContactCentre) -> str:
    now = centre.now()
    return f"{(now - timedelta(hours=1)).isoformat()}/{(now + timedelta(hours=1)).isoformat()}"


def naming(dimension: str, value: str) -> Json:
    return {"type": "or", "predicates": [{"type": "dimension", "dimension": dimension, "value": value}]}


def test_details_of_one_of_several_and_of_those_that_match(talk: Talk, admin: Any, interval: str) -> None:
    api = platform.ConversationsApi(admin)
    one = api.get_analytics_conversation_details(talk.id)
    assert_agrees({"conversationId": talk.id, "conversationInitiator": "customer"}, one)
    several = api.get_analytics_conversations_details(id=[talk.id, NOBODY])
    assert [wire(each) for each in several.conversations] == [wire(one)]
    assert refusal(lambda: api.get_analytics_conversations_details()).field == "id"
    query = {"interval": interval, "conversationFilters": [naming("conversationId", talk.id)], "order": "desc"}
    found = api.post_analytics_conversations_details_query(query)
    assert (found.total_hits, [wire(each) for each in found.conversations]) == (1, [wire(one)])
    none = api.post_analytics_conversations_details_query({**query, "paging": {"pageSize": 5, "pageNumber": 2}})
    assert (none.total_hits, none.conversations) == (1, [])


def test_aggregates_of_conversations(talk: Talk, admin: Any, ana: Desk, interval: str) -> None:
    api = platform.ConversationsApi(admin)
    query = {
        "interval": interval,
        "granularity": "PT30M",
        "timeZone": "Europe/Berlin",
        "groupBy": ["queueId", "userId"],
        "metrics": ["nConnected", "tAlert"],
        "filter": naming("conversationId", talk.id),
    }
    (result,) = api.post_analytics_conversations_aggregates_query(query).results
    queue = ana.part(ana.held()[0]).queue_id
    assert result.group == {"queueId": queue, "userId": ana.user_id, "mediaType": "message"}
    stats = {each.metric: each.stats for part in result.data for each in part.metrics}
    assert stats["nConnected"].count == stats["tAlert"].count == 1
    assert stats["tAlert"].sum == stats["tAlert"].min == stats["tAlert"].max
    refused = refusal(lambda: api.post_analytics_conversations_aggregates_query({**query, "metrics": ["tSleep"]}))
    assert (refused.status, refused.field) == (400, "metrics")


def test_aggregates_of_users(ana: Desk, admin: Any, interval: str, centre: ContactCentre) -> None:
    presence = {"presenceDefinition": {"systemPresence": "AVAILABLE"}}
    platform.PresenceApi(ana.client).patch_user_presence(ana.user_id, "PURECLOUD", presence)
    centre.settle()
    centre.advance("PT2S")
    query = {
        "interval": interval,
        "groupBy": ["userId"],
        "metrics": ["tAgentRoutingStatus", "tSystemPresence", "tOrganizationPresence"],
        "filter": naming("userId", ana.user_id),
    }
    answer = platform.UsersApi(admin).post_analytics_users_aggregates_query(query)
    (result,) = answer.results
    found = {(each.metric, each.qualifier): each.stats.sum for part in result.data for each in part.metrics}
    (definition,) = answer.system_to_organization_mappings["AVAILABLE"]
    assert found["tSystemPresence", "AVAILABLE"] == found["tOrganizationPresence", definition] >= 2000
    assert found["tAgentRoutingStatus", "OFF_QUEUE"] > 0
    ana.set_status("IDLE")


def test_observations_of_queues(talk: Talk, ana: Desk, admin: Any, centre: ContactCentre) -> None:
    support = centre.queue("Support")
    query = {
        "metrics": ["oInteracting", "oOnQueueUsers", "oActiveUsers", "oUserPresences", "oUserRoutingStatuses"],
        "detailMetrics": ["oInteracting"],
        "filter": naming("queueId", support),
    }
    results = platform.RoutingApi(admin).post_analytics_queues_observations_query(query).results
    by_media = {each.group.get("mediaType"): each.data for each in results}
    assert by_media.keys() == {"voice", "callback", "email", "message", None}
    (interacting,) = by_media["message"]
    (observation,) = [each for each in interacting.observations if each.conversation_id == talk.id]
    assert_agrees({"userId": ana.user_id, "sessionId": talk.communication_id, "direction": "inbound"}, observation)
    people = {(each.metric, each.qualifier): each.stats.count for each in by_media[None]}
    assert people["oOnQueueUsers", "INTERACTING"] == people["oUserRoutingStatuses", "INTERACTING"] == 1
    assert people["oActiveUsers", None] >= 3
    refused = refusal(
        lambda: platform.RoutingApi(admin).post_analytics_queues_observations_query({**query, "metrics": ["oNoise"]})
    )
    assert (refused.status, refused.field) == (400, "metrics")


def test_observations_of_users(talk: Talk, ana: Desk, admin: Any) -> None:
    query = {
        "metrics": ["oInteracting", "oActiveQueues", "oUserRoutingStatuses", "oUserPresences"],
        "filter": naming("userId", ana.user_id),
    }
    results = platform.UsersApi(admin).post_analytics_users_observations_query(query).results
    found = {(each.metric, each.qualifier): each.stats.count for result in results for each in result.data}
    assert found["oInteracting", None] == found["oUserRoutingStatuses", "INTERACTING"] == 1
    assert found["oActiveQueues", None] == 2
    assert (
        refusal(
            lambda: platform.UsersApi(admin).post_analytics_users_observations_query({"metrics": ["oInteracting"]})
        ).field
        == "filter"
    )


def test_details_jobs(talk: Talk, admin: Any, interval: str, centre: ContactCentre) -> None:
    api = platform.ConversationsApi(admin)
    query = {"interval": interval, "conversationFilters": [naming("conversationId", talk.id)]}
    job = api.post_analytics_conversations_details_jobs(query).job_id
    assert api.get_analytics_conversations_details_job(job).state in ("QUEUED", "PENDING", "FULFILLED")
    centre.settle()
    status = api.get_analytics_conversations_details_job(job)
    assert status.state == "FULFILLED"
    assert status.submission_date <= status.completion_date < status.expiration_date
    page = api.get_analytics_conversations_details_job_results(job, page_size=10)
    assert [wire(each) for each in page.conversations] == [wire(api.get_analytics_conversation_details(talk.id))]
    assert page.cursor is None
    available = api.get_analytics_conversations_details_jobs_availability().data_availability_date
    assert timedelta(0) < status.completion_date - available < timedelta(hours=1)
    refused = refusal(lambda: api.get_analytics_conversations_details_job_results(job, cursor="elsewhere"))
    assert (refused.status, refused.field) == (400, "cursor")
    api.delete_analytics_conversations_details_job(job)
    assert refusal(lambda: api.get_analytics_conversations_details_job(job)).status == 404


def test_reporting_exports(talk: Talk, admin: Any, interval: str, centre: ContactCentre) -> None:
    api = platform.AnalyticsApi(admin)
    request = {
        "name": "Queues today",
        "viewType": "QUEUE_PERFORMANCE_SUMMARY_VIEW",
        "exportFormat": "CSV",
        "interval": interval,
        "timeZone": "Europe/Berlin",
        "locale": "en-US",
        "csvDelimiter": "COMMA",
        "durationFormat": "Seconds",
        "filter": {"queueIds": [centre.queue("Support")]},
    }
    export = api.post_analytics_reporting_exports(request)
    assert_agrees({**request, "status": "SUBMITTED"}, export)
    centre.settle()
    listed = api.get_analytics_reporting_exports(page_size=25, page_number=1)
    (done,) = [each for each in listed.entities if each.id == export.id]
    assert (done.status, done.percentage_complete) == ("COMPLETED", 100)
    header, row = httpx.get(done.download_url).text.lstrip("\ufeff").splitlines()
    assert header.startswith("Queue ID,Queue,Offered,Answered")
    assert row.startswith(f"{centre.queue('Support')},Support,")
    path = "/api/v2/analytics/reporting/exports/{exportId}"
    url, bearer = centre.url + path.format(exportId=export.id), centre.bearer()
    assert httpx.get(url, headers=bearer).json()["read"] is False
    assert httpx.patch(url, headers=bearer, json={"read": True}).json()["read"] is True
    assert httpx.delete(url, headers=bearer).status_code == 204
    assert httpx.get(url, headers=bearer).status_code == 404
    refused = refusal(lambda: api.post_analytics_reporting_exports({**request, "exportFormat": "PDF"}))
    assert (refused.status, refused.field) == (400, "exportFormat")
