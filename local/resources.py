"""Makes the template's resources in moto, by API: its CloudFormation lacks many of the types and is slower.

A resource is made when something first refers to it, so dependencies come first by themselves. Types that have no
effect locally (alarms, log groups, permissions ...) only get a name and an ARN.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local.template import Resource, Template


@dataclass(frozen=True)
class Physical:
    """What `Ref` gives, and what `Fn::GetAtt` gives by name."""

    ref: str
    attributes: dict[str, Any] = field(default_factory=dict)


class Resources:
    """All resources of a template; also resolves values over them."""

    def __init__(self, template: Template, base_url: str, websocket_url: str, client: Callable[[str], Any]) -> None:
        self.template = template
        self.base_url = base_url
        self.websocket_url = websocket_url
        self._client = client
        self._made: dict[tuple[str, str], Physical] = {}

    def make_all(self) -> None:
        for resource in self.template.resources.values():
            self.physical(resource)

    def physical(self, resource: Resource) -> Physical:
        key = (resource.stack, resource.logical_id)
        if key not in self._made:
            maker = _MAKERS.get(resource.type, Resources._unknown)
            self._made[key] = maker(self, resource, _Lazy(self, resource))
        return self._made[key]

    def ref(self, resource: Resource) -> str:
        return self.physical(resource).ref

    def attribute(self, resource: Resource, name: str) -> Any:
        return self.physical(resource).attributes.get(name, f"{resource.logical_id}.{name}")

    def properties(self, resource: Resource) -> dict[str, Any]:
        return dict(self.resolve(resource.properties, resource.stack))

    def resolve(self, value: Any, stack: str) -> Any:
        return self.template.resolve(value, stack, self)

    def _arn(self, service: str, rest: str) -> str:
        return f"arn:aws:{service}:{self.template.region}:{self.template.account}:{rest}"

    def _name(self, resource: Resource, given: Any, limit: int = 64) -> str:
        return str(given) if given else f"{resource.stack}-{resource.logical_id}"[-limit:]

    def _unknown(self, resource: Resource, _properties: _Lazy) -> Physical:
        service = resource.type.split("::")[1].lower()
        name = self._name(resource, None)
        return Physical(name, {"Arn": self._arn(service, name)})

    # compute

    def _function(self, resource: Resource, properties: _Lazy) -> Physical:
        name = self._name(resource, properties["FunctionName"])
        return Physical(name, {"Arn": self._arn("lambda", f"function:{name}")})

    def _function_version(self, resource: Resource, properties: _Lazy) -> Physical:
        qualifier = properties["Name"] or "1"
        name = str(properties["FunctionName"]).rsplit(":", 1)[-1]
        arn = self._arn("lambda", f"function:{name}:{qualifier}")
        return Physical(arn, {"Version": qualifier, "FunctionArn": arn, "AliasArn": arn})

    def _role(self, resource: Resource, properties: _Lazy) -> Physical:
        name = self._name(resource, properties["RoleName"])
        return Physical(name, {"Arn": f"arn:aws:iam::{self.template.account}:role/{name}", "RoleId": name})

    def _state_machine(self, resource: Resource, properties: _Lazy) -> Physical:
        name = self._name(resource, properties["StateMachineName"], 80)
        definition = properties["DefinitionString"] or json.dumps(properties["Definition"])
        for placeholder, value in (properties["DefinitionSubstitutions"] or {}).items():
            definition = definition.replace("${" + placeholder + "}", str(value))
        arn = self._client("stepfunctions").create_state_machine(
            name=name,
            definition=definition,
            roleArn=properties["RoleArn"],
            type=properties["StateMachineType"] or "STANDARD",
        )["stateMachineArn"]
        return Physical(arn, {"Arn": arn, "Name": name})

    # storage

    def _table(self, resource: Resource, properties: _Lazy) -> Physical:
        name = self._name(resource, properties["TableName"])
        copied = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "LocalSecondaryIndexes")
        request = {key: properties[key] for key in copied if properties[key]}
        stream = properties["StreamSpecification"]
        if stream:
            request["StreamSpecification"] = {"StreamEnabled": True, **stream}
        client = self._client("dynamodb")
        made = client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **request)["TableDescription"]
        ttl = properties["TimeToLiveSpecification"]
        if ttl:
            ttl = {**ttl, "Enabled": str(ttl["Enabled"]).lower() == "true"}
            client.update_time_to_live(TableName=name, TimeToLiveSpecification=ttl)
        return Physical(name, {"Arn": made["TableArn"], "StreamArn": made.get("LatestStreamArn", "")})

    def _bucket(self, resource: Resource, properties: _Lazy) -> Physical:
        name = properties["BucketName"] or f"{resource.logical_id.lower()[:40]}-{self.template.account}"
        region = self.template.region
        where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        self._client("s3").create_bucket(Bucket=name, **where)
        domain = f"{name}.s3.{region}.amazonaws.com"
        return Physical(name, {"Arn": f"arn:aws:s3:::{name}", "DomainName": domain, "RegionalDomainName": domain})

    def _secret(self, resource: Resource, properties: _Lazy) -> Physical:
        client = self._client("secretsmanager")
        text = properties["SecretString"]
        generate = properties["GenerateSecretString"]
        if generate:
            # CloudFormation's property names are the API's, but for the two that make the result JSON
            options = {
                key: item for key, item in generate.items() if key not in ("SecretStringTemplate", "GenerateStringKey")
            }
            text = client.get_random_password(**options)["RandomPassword"]
            if "GenerateStringKey" in generate:
                text = json.dumps({**json.loads(generate["SecretStringTemplate"]), generate["GenerateStringKey"]: text})
        name = self._name(resource, properties["Name"])
        arn = client.create_secret(Name=name, SecretString=text or "{}")["ARN"]
        return Physical(arn, {"Id": arn})

    def _key(self, _resource: Resource, properties: _Lazy) -> Physical:
        made = self._client("kms").create_key(
            KeySpec=properties["KeySpec"] or "SYMMETRIC_DEFAULT", KeyUsage=properties["KeyUsage"] or "ENCRYPT_DECRYPT"
        )["KeyMetadata"]
        return Physical(made["KeyId"], {"Arn": made["Arn"], "KeyId": made["KeyId"]})

    def _key_alias(self, _resource: Resource, properties: _Lazy) -> Physical:
        name = str(properties["AliasName"])
        self._client("kms").create_alias(AliasName=name, TargetKeyId=str(properties["TargetKeyId"]).rsplit("/", 1)[-1])
        return Physical(name)

    # messages

    def _queue(self, resource: Resource, properties: _Lazy) -> Physical:
        fifo = bool(properties["FifoQueue"])
        name = self._name(resource, properties["QueueName"], 75)
        name += ".fifo" if fifo and not name.endswith(".fifo") else ""
        copied = [
            "DelaySeconds",
            "MessageRetentionPeriod",
            "VisibilityTimeout",
            "FifoQueue",
            "ContentBasedDeduplication",
        ]
        copied += ["DeduplicationScope", "FifoThroughputLimit", "RedrivePolicy"]
        attributes: dict[str, str] = {}
        for key in copied:
            value = properties[key]
            if value is not None and value != "":
                attributes[key] = _text(value)
        url = self._client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return Physical(url, {"Arn": self._arn("sqs", name), "QueueName": name, "QueueUrl": url})

    def _bus(self, resource: Resource, properties: _Lazy) -> Physical:
        name = self._name(resource, properties["Name"])
        if name != "default":
            self._client("events").create_event_bus(Name=name)
        return Physical(name, {"Arn": self._arn("events", f"event-bus/{name}"), "Name": name})

    def _rule(self, resource: Resource, properties: _Lazy) -> Physical:
        name = self._name(resource, properties["Name"])
        bus = str(properties["EventBusName"] or "default").rsplit("/", 1)[-1]
        targets = properties["Targets"] or []
        schedule = properties["ScheduleExpression"]
        arn = self._arn("events", f"rule/{name}" if bus == "default" else f"rule/{bus}/{name}")
        state = properties["State"] or "ENABLED"
        if schedule:
            for number, target in enumerate(targets):
                self._schedule_call(f"{name}-{number}"[-64:], "default", schedule, "UTC", target, state)
            return Physical(name, {"Arn": arn})
        client = self._client("events")
        client.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps(properties["EventPattern"]), State=state)
        kept = ("Id", "Arn", "Input", "InputPath", "InputTransformer", "SqsParameters", "RoleArn")
        reachable = [
            {key: target[key] for key in kept if key in target} for target in targets if ":sqs:" in target["Arn"]
        ]
        if len(reachable) < len(targets):
            raise ValueError(f"{name}: a rule reaches functions through a queue only (DESIGN decision 4)")
        if reachable:
            client.put_targets(Rule=name, EventBusName=bus, Targets=reachable)
        return Physical(name, {"Arn": arn})

    def _schedule_group(self, resource: Resource, properties: _Lazy) -> Physical:
        name = self._name(resource, properties["Name"])
        self._client("scheduler").create_schedule_group(Name=name)
        return Physical(name, {"Arn": self._arn("scheduler", f"schedule-group/{name}")})

    def _schedule(self, resource: Resource, properties: _Lazy) -> Physical:
        name = self._name(resource, properties["Name"])
        group = properties["GroupName"] or "default"
        zone = properties["ScheduleExpressionTimezone"] or "UTC"
        state = properties["State"] or "ENABLED"
        self._schedule_call(name, group, properties["ScheduleExpression"], zone, properties["Target"], state)
        return Physical(name, {"Arn": self._arn("scheduler", f"schedule/{group}/{name}")})

    def _schedule_call(
        self, name: str, group: str, expression: str, zone: str, target: dict[str, Any], state: str
    ) -> None:
        kept = {key: target[key] for key in ("Arn", "Input", "SqsParameters", "RoleArn") if key in target}
        self._client("scheduler").create_schedule(
            Name=name,
            GroupName=group,
            ScheduleExpression=expression,
            ScheduleExpressionTimezone=zone,
            FlexibleTimeWindow={"Mode": "OFF"},
            State=state,
            Target={"RoleArn": f"arn:aws:iam::{self.template.account}:role/events", **kept},
        )

    def _topic(self, resource: Resource, properties: _Lazy) -> Physical:
        name = self._name(resource, properties["TopicName"])
        arn = self._arn("sns", name)
        return Physical(arn, {"TopicArn": arn, "TopicName": name})

    # the edge

    def _api(self, resource: Resource, properties: _Lazy) -> Physical:
        endpoint = self.websocket_url if properties["ProtocolType"] == "WEBSOCKET" else self.base_url
        api_id = resource.logical_id.lower()[:10]
        return Physical(api_id, {"ApiEndpoint": endpoint, "ApiId": api_id})

    def _stage(self, _resource: Resource, properties: _Lazy) -> Physical:
        return Physical(str(properties["StageName"]))

    # people

    def _user_pool(self, resource: Resource, properties: _Lazy) -> Physical:
        copied = ("UsernameAttributes", "AliasAttributes", "AutoVerifiedAttributes", "Schema", "AdminCreateUserConfig")
        request = {key: properties[key] for key in copied if properties[key]}
        name = self._name(resource, properties["UserPoolName"])
        pool = self._client("cognito-idp").create_user_pool(PoolName=name, **request)["UserPool"]
        provider = f"cognito-idp.{self.template.region}.amazonaws.com/{pool['Id']}"
        attributes = {
            "Arn": pool["Arn"],
            "ProviderName": provider,
            "ProviderURL": f"https://{provider}",
            "UserPoolId": pool["Id"],
        }
        return Physical(pool["Id"], attributes)

    def _user_pool_client(self, resource: Resource, properties: _Lazy) -> Physical:
        copied = ("CallbackURLs", "LogoutURLs", "AllowedOAuthFlows", "AllowedOAuthScopes", "GenerateSecret")
        request = {key: properties[key] for key in copied if properties[key]}
        # the local sign-in page stands where the hosted page is, and checks the password through the API
        request["ExplicitAuthFlows"] = sorted(
            {*(properties["ExplicitAuthFlows"] or []), "ALLOW_ADMIN_USER_PASSWORD_AUTH"}
        )
        name = self._name(resource, properties["ClientName"])
        made = self._client("cognito-idp").create_user_pool_client(
            UserPoolId=properties["UserPoolId"], ClientName=name, **request
        )["UserPoolClient"]
        return Physical(made["ClientId"], {"ClientSecret": made.get("ClientSecret", ""), "ClientId": made["ClientId"]})

    def _user_pool_domain(self, _resource: Resource, properties: _Lazy) -> Physical:
        return Physical(str(properties["Domain"]))


class _Lazy:
    """A resource's properties, each resolved when it is read; absent ones are None."""

    def __init__(self, resources: Resources, resource: Resource) -> None:
        self._resources = resources
        self._resource = resource

    def __getitem__(self, name: str) -> Any:
        value = self._resource.properties.get(name)
        return None if value is None else self._resources.resolve(value, self._resource.stack)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, dict) else str(value)


_MAKERS: dict[str, Callable[[Resources, Resource, _Lazy], Physical]] = {
    "AWS::ApiGatewayV2::Api": Resources._api,
    "AWS::ApiGatewayV2::Stage": Resources._stage,
    "AWS::Cognito::UserPool": Resources._user_pool,
    "AWS::Cognito::UserPoolClient": Resources._user_pool_client,
    "AWS::Cognito::UserPoolDomain": Resources._user_pool_domain,
    "AWS::DynamoDB::Table": Resources._table,
    "AWS::Events::EventBus": Resources._bus,
    "AWS::Events::Rule": Resources._rule,
    "AWS::IAM::Role": Resources._role,
    "AWS::KMS::Alias": Resources._key_alias,
    "AWS::KMS::Key": Resources._key,
    "AWS::Lambda::Alias": Resources._function_version,
    "AWS::Lambda::Function": Resources._function,
    "AWS::Lambda::Version": Resources._function_version,
    "AWS::S3::Bucket": Resources._bucket,
    "AWS::SNS::Topic": Resources._topic,
    "AWS::SQS::Queue": Resources._queue,
    "AWS::Scheduler::Schedule": Resources._schedule,
    "AWS::Scheduler::ScheduleGroup": Resources._schedule_group,
    "AWS::SecretsManager::Secret": Resources._secret,
    "AWS::StepFunctions::StateMachine": Resources._state_machine,
}
