"""A queue and its dead letters: encrypted, over TLS only, watched."""

from aws_cdk import Duration
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.config import Stage
from infra.constructs.alarms import add_alarm
from infra.constructs.grants import Grant, Permission, variable

ATTEMPTS = 5
VISIBILITY_FACTOR = 6  # Lambda's advice: a throttled poller retries within the visibility time-out of its batch
DEAD_LETTER_RETENTION = Duration.days(14)


class DeadLetterQueue(sqs.Queue):
    """Keeps for two weeks what could not be processed, and raises an alarm on the first message.

    Once the cause is mended, `aws sqs start-message-move-task --source-arn <its ARN>` sends everything to the queue it
    came from; consumers ignore what they have already done. Of a stream it holds positions, not records: the records
    are read again from the stream, within its 24 hours.
    """

    def __init__(
        self, scope: Construct, name: str, stage: Stage, alarm_topic: sns.ITopic, *, fifo: bool = False
    ) -> None:
        dead_letters_name = f"{name}-dead-letters"
        super().__init__(
            scope,
            f"{_camel(name)}DeadLetters",
            queue_name=stage.resource_name(_file_name(dead_letters_name, fifo)),
            fifo=fifo or None,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=DEAD_LETTER_RETENTION,
            removal_policy=stage.removal_policy,
        )
        add_alarm(
            self,
            "Alarm",
            self.metric_approximate_number_of_messages_visible(statistic="Maximum"),
            name=stage.resource_name(dead_letters_name),
            description=f"Something from {name} could not be processed and waits to be looked at and redriven.",
            at_least=1,
            topic=alarm_topic,
        )


class Queue(sqs.Queue):
    """A queue for one consumer whose function runs at most `consumer_timeout`.

    FIFO queues deduplicate by the id that the sender gives; throughput is per message group. After `attempts` deliveries a
    message is a dead letter.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        stage: Stage,
        alarm_topic: sns.ITopic,
        *,
        consumer_timeout: Duration,
        fifo: bool = False,
        attempts: int = ATTEMPTS,
    ) -> None:
        self.dead_letters = DeadLetterQueue(scope, name, stage, alarm_topic, fifo=fifo)
        super().__init__(
            scope,
            f"{_camel(name)}Queue",
            queue_name=stage.resource_name(_file_name(name, fifo)),
            fifo=fifo or None,
            deduplication_scope=sqs.DeduplicationScope.MESSAGE_GROUP if fifo else None,
            fifo_throughput_limit=sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID if fifo else None,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=Duration.seconds(consumer_timeout.to_seconds() * VISIBILITY_FACTOR),
            dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=attempts, queue=self.dead_letters),
            removal_policy=stage.removal_policy,
        )
        self.name = name
        self.fifo_queue = fifo
        self.consumer_timeout = consumer_timeout
        add_alarm(
            self,
            "AgeAlarm",
            self.metric_approximate_age_of_oldest_message(statistic="Maximum"),
            name=stage.resource_name(f"{name}-age"),
            description=f"The consumer of {name} is behind.",
            at_least=stage.alarms.oldest_message_age,
            topic=alarm_topic,
        )

    def sends(self) -> Grant:
        """May send to the queue; the variables are `<NAME>_QUEUE_URL` and `<NAME>_QUEUE_ARN`."""
        return Grant(
            (Permission(("sqs:SendMessage",), (self.queue_arn,)),),
            {
                f"{variable(self.name)}_QUEUE_URL": self.queue_url,
                f"{variable(self.name)}_QUEUE_ARN": self.queue_arn,
            },
        )


def _file_name(name: str, fifo: bool) -> str:
    return f"{name}.fifo" if fifo else name


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))
