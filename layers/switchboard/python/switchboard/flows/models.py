"""A flow and its versions in the platform's shapes (Flow, FlowVersion)."""

from typing import Any

from switchboard.kit.entities import Body


def present(flow: Body) -> Body:
    """Flow, with the saved and the published version where there are any."""
    saved, published = flow.get("saved"), flow.get("published")
    shown = {**flow, "active": published is not None, "system": False, "deleted": False}
    if saved:
        shown |= {
            "savedVersion": version(flow["id"], saved, "SAVE"),
            "checkedInVersion": version(flow["id"], saved, "CHECKIN"),
        }
    if published:
        shown["publishedVersion"] = version(flow["id"], published, "PUBLISH")
        shown["publishedBy"] = published.get("by") or None
    return shown


def version(flow_id: str, facts: Body, kind: str) -> Body:
    """FlowVersion; `dateCreated` is in milliseconds, as the platform has it."""
    number = str(facts["number"])
    shown: dict[str, Any] = {
        "id": number,
        "name": number,
        "commitVersion": number,
        "configurationVersion": number,
        "type": kind,
        "secure": False,
        "debug": False,
        "dateCreated": facts["createdAt"],
        "dateSaved": facts["createdAt"],
        "selfUri": f"/api/v2/flows/{flow_id}/versions/{number}",
    }
    return shown | ({"datePublished": facts["date"]} if kind == "PUBLISH" else {})
