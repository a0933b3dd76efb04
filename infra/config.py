"""What differs between stages: names, retention, protection, rates and alarm thresholds."""

from dataclasses import dataclass, field, replace

from aws_cdk import RemovalPolicy
from aws_cdk.aws_logs import RetentionDays
from constructs import IConstruct


@dataclass(frozen=True)
class AlarmThresholds:
    """When an alarm goes off. Counts are per five minutes, ages in seconds."""

    errors: int = 1
    throttles: int = 1
    oldest_message_age: int = 300
    stream_iterator_age: int = 60


@dataclass(frozen=True)
class Organization:
    """The one organization of a deployment, as `GET /api/v2/organizations/me` shows it. `id` is a UUID version 4."""

    id: str
    name: str


@dataclass(frozen=True)
class Stage:
    """One deployment of Switchboard. The default values are those of a stage that may be thrown away."""

    name: str
    organization: Organization
    log_retention: RetentionDays = RetentionDays.TWO_WEEKS
    log_level: str = "INFO"
    removal_policy: RemovalPolicy = RemovalPolicy.DESTROY
    deletion_protection: bool = False
    media_retention_days: int = 90
    event_archive_days: int = 7
    requests_per_second: int = 200
    request_burst: int = 400
    console_origins: tuple[str, ...] = ("*",)
    alarms: AlarmThresholds = field(default_factory=AlarmThresholds)

    @property
    def secrets_prefix(self) -> str:
        """Where the channels' secrets are kept in Secrets Manager."""
        return f"{self.name}/channels/"

    def stack_name(self, domain: str) -> str:
        return f"switchboard-{self.name}-{domain}"

    def resource_name(self, name: str) -> str:
        return f"{self.name}-{name}"


def stage_of(scope: IConstruct) -> Stage:
    """The stage that the CDK context names: `-c stage=prod`, `dev` when nothing is said.

    A name other than `prod` gives a stage with the settings of `dev`, so that everybody may have one.
    """
    context = scope.node.get_context("organization")
    stage = Stage(
        name=str(scope.node.try_get_context("stage") or "dev"),
        organization=Organization(id=str(context["id"]), name=str(context["name"])),
    )
    return _protected(stage) if stage.name == "prod" else stage


def _protected(stage: Stage) -> Stage:
    return replace(
        stage,
        log_retention=RetentionDays.THREE_MONTHS,
        removal_policy=RemovalPolicy.RETAIN,
        deletion_protection=True,
        media_retention_days=730,
        event_archive_days=90,
        requests_per_second=2000,
        request_burst=4000,
    )
