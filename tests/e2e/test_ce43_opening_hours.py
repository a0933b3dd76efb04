"""CE43: outside opening hours the customer is told so and nobody is alerted; within them an agent is."""

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.e2e.contact_centre import ContactCentre, Json, platform
from tests.e2e.desk import Desk
from tests.e2e.whatsapp import Customer

CLOSED, HOLIDAY, EMERGENCY = "We are closed.", "We are on holiday.", "An emergency: please call later."
_numbers = itertools.count(1)


class Hours:
    """A flow of the demo's WhatsApp number that is open from nine to five, UTC, Monday to Friday."""

    def __init__(self, centre: ContactCentre) -> None:
        self._centre = centre
        self.architect = platform.ArchitectApi(centre.sdk())
        self._messages = platform.RoutingApi(centre.sdk())
        self.number = centre.integration("whatsapp")["id"]
        self.former = self._messages.get_routing_message_recipient(self.number).flow.id
        name = f"Hours {next(_numbers)}"
        day = {"start": "2026-01-05T09:00:00", "end": "2026-01-05T17:00:00"}
        open_ = self.architect.post_architect_schedules(
            {"name": f"{name} open", **day, "rrule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"}
        )
        self.holiday = self.architect.post_architect_schedules({"name": f"{name} holiday", **day})
        self.group = self.architect.post_architect_schedulegroups(
            {
                "name": name,
                "timeZone": "UTC",
                "openSchedules": [{"id": open_.id}],
                "holidaySchedules": [{"id": self.holiday.id}],
            }
        )
        self.emergency = self.architect.post_architect_emergencygroups({"name": name, "enabled": False})
        self._answer_by(self._published(name))

    def restore(self) -> None:
        self._answer_by(self.former)

    def _answer_by(self, flow_id: str) -> None:
        self._messages.put_routing_message_recipient(self.number, {"flow": {"id": flow_id}})
        self.let_it_be_known()

    def let_it_be_known(self) -> None:
        """Configuration is read anew within half a minute."""
        self._centre.advance("PT31S")

    def _published(self, name: str) -> str:
        flow = self.architect.post_flows({"name": name, "type": "INBOUNDSHORTMESSAGE"})
        self.architect.post_flow_versions(flow.id, self._definition())
        self.architect.post_flows_actions_publish(flow.id)
        return str(flow.id)

    def _definition(self) -> Json:
        queue = {"transferToAcd": {"targetQueue": {"id": self._centre.queue("Support")}}}
        evaluation = {
            "scheduleGroup": {"id": self.group.id},
            "emergencyGroup": {"id": self.emergency.id},
            "outputs": {
                "open": {"actions": [queue]},
                "closed": {"actions": [said(CLOSED), {"disconnect": {}}]},
                "holiday": {"actions": [said(HOLIDAY), queue]},
                "emergency": {"actions": [said(EMERGENCY), {"disconnect": {}}]},
            },
        }
        task = {"task": {"refId": "main", "actions": [{"evaluateScheduleGroup": evaluation}]}}
        return {"inboundShortMessage": {"startUpRef": "./tasks/task[main]", "tasks": [task]}}


def said(text: str) -> Json:
    return {"sendResponse": {"messageBody": text}}


@pytest.fixture
def hours(centre: ContactCentre) -> Iterator[Hours]:
    made = Hours(centre)
    yield made
    made.restore()


@pytest.fixture
def at(centre: ContactCentre) -> Callable[[int, int], datetime]:
    """`at(0, 10)`: moves the clock on to the next Monday, ten o'clock UTC."""

    def moved(weekday: int, hour: int) -> datetime:
        now = centre.now().astimezone(UTC)
        wanted = (now + timedelta(days=(weekday - now.weekday()) % 7)).replace(hour=hour, minute=0, second=0)
        if wanted <= now:
            wanted += timedelta(days=7)
        centre.advance(f"PT{int((wanted - now).total_seconds()) + 1}S")
        return wanted

    return moved


@pytest.fixture
def told(centre: ContactCentre) -> Callable[[Customer], list[str]]:
    """The texts that the customer has received."""

    def texts(customer: Customer) -> list[str]:
        centre.settle()
        return [str(each["text"]["body"]) for each in customer.received() if "text" in each]

    return texts


def test_closed_it_says_so_once_and_opens_again(
    centre: ContactCentre, hours: Hours, at: Any, told: Any, customer: Customer, ana: Desk
) -> None:
    at(0, 20)
    customer.write("Anybody there?")
    assert told(customer) == [CLOSED]
    assert ana.held() == []
    centre.advance("PT2S")  # WhatsApp's clock tells seconds: within one, nobody can say who came first
    customer.write("Hello?")
    assert told(customer) == [CLOSED]
    at(1, 20)
    ana.set_status("IDLE")
    customer.write("And tonight?")
    assert told(customer) == [CLOSED, CLOSED]
    at(2, 10)
    ana.set_status("IDLE")
    customer.write("Now?")
    talk = ana.accept(customer.address)
    assert talk.texts() == ["Anybody there?", CLOSED, "Hello?", "And tonight?", CLOSED, "Now?"]
    assert told(customer) == [CLOSED, CLOSED]


def test_open_it_waits_for_an_agent(hours: Hours, at: Any, told: Any, customer: Customer, ana: Desk) -> None:
    at(0, 10)
    ana.set_status("IDLE")
    customer.write("Good morning")
    assert ana.accept(customer.address).texts() == ["Good morning"]
    assert told(customer) == []


def test_a_holiday_is_told_and_the_customer_waits(
    hours: Hours, at: Any, told: Any, customer: Customer, ana: Desk
) -> None:
    monday = at(0, 6).date()
    schedule = hours.architect.get_architect_schedule(hours.holiday.id)
    day = {"start": f"{monday}T00:00:00", "end": f"{monday + timedelta(days=1)}T00:00:00"}
    body = {"name": schedule.name, "version": schedule.version, **day}
    hours.architect.put_architect_schedule(schedule.id, body)
    hours.let_it_be_known()
    at(0, 10)
    ana.set_status("IDLE")
    customer.write("Are you there today?")
    assert ana.accept(customer.address).texts() == ["Are you there today?", HOLIDAY]
    assert told(customer) == [HOLIDAY]


def test_an_emergency_is_raised_and_cleared(hours: Hours, at: Any, told: Any, customer: Customer, ana: Desk) -> None:
    at(0, 10)
    ana.set_status("IDLE")

    def switch(enabled: bool) -> None:
        group = hours.architect.get_architect_emergencygroup(hours.emergency.id)
        body = {"name": group.name, "version": group.version, "enabled": enabled}
        hours.architect.put_architect_emergencygroup(group.id, body)
        hours.let_it_be_known()

    switch(True)
    customer.write("Is it true?")
    assert told(customer) == [EMERGENCY]
    assert ana.held() == []
    switch(False)
    customer.write("Is it over?")
    assert ana.accept(customer.address).texts()[-1] == "Is it over?"
