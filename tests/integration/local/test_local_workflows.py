"""State machines run; settling waits for them unless they wait for somebody or for a time to come."""

import json
from datetime import timedelta
from typing import Any

from local.cloud import LocalCloud
from tests.integration.local import handlers
from tests.integration.local.conftest import StartCloud
from tests.integration.local.templates import Resources, att, function, stack


def machine(states: dict[str, Any], first: str) -> Resources:
    definition = {"StartAt": first, "States": states}
    properties = {
        "StateMachineName": "flow",
        "RoleArn": att("FlowRole"),
        "DefinitionString": json.dumps(definition).replace("WORKER", "${worker}"),
        "DefinitionSubstitutions": {"worker": att("Worker")},
    }
    return {
        "FlowRole": {"Type": "AWS::IAM::Role", "Properties": {}},
        "Flow": {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties},
    }


def run(cloud: LocalCloud) -> str:
    client = cloud.client("stepfunctions")
    (found,) = client.list_state_machines()["stateMachines"]
    return str(client.start_execution(stateMachineArn=found["stateMachineArn"], input="{}")["executionArn"])


def status(cloud: LocalCloud, execution: str) -> str:
    return str(cloud.client("stepfunctions").describe_execution(executionArn=execution)["status"])


def test_a_task_calls_its_function_and_a_wait_goes_by_the_movable_clock(start_cloud: StartCloud) -> None:
    states = {
        "Wait": {"Type": "Wait", "Seconds": 3600, "Next": "Work"},
        "Work": {"Type": "Task", "Resource": "WORKER", "End": True},
    }
    cloud = start_cloud(stack(function("Worker", "keep_token"), machine(states, "Wait")))
    executions = [run(cloud), run(cloud)]
    cloud.settle()
    assert handlers.received["test-Worker"] == []
    assert {status(cloud, execution) for execution in executions} == {"RUNNING"}
    cloud.advance(timedelta(hours=1))
    assert len(handlers.received["test-Worker"]) == 2
    assert {status(cloud, execution) for execution in executions} == {"SUCCEEDED"}


def test_settling_does_not_wait_for_a_task_token_and_its_patience_ends(start_cloud: StartCloud) -> None:
    parameters = {"FunctionName": "WORKER", "Payload": {"token.$": "$$.Task.Token"}}
    resource = "arn:aws:states:::lambda:invoke.waitForTaskToken"
    ask = {"Type": "Task", "Resource": resource, "Parameters": parameters, "TimeoutSeconds": 86400, "End": True}
    cloud = start_cloud(stack(function("Worker", "keep_token"), machine({"Ask": ask}, "Ask")))
    execution, forgotten = run(cloud), run(cloud)
    cloud.settle()
    assert {status(cloud, execution), status(cloud, forgotten)} == {"RUNNING"}
    event, _ = handlers.received["test-Worker"]
    cloud.client("stepfunctions").send_task_success(taskToken=event["token"], output="{}")
    cloud.settle()
    cloud.advance(timedelta(hours=25))
    assert (status(cloud, execution), status(cloud, forgotten)) == ("SUCCEEDED", "FAILED")
