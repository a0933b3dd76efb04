"""Pictures, recordings and documents of conversations: private, over TLS only, forgotten after a time."""

from aws_cdk import Duration
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.config import Stage
from infra.constructs.acknowledge import acknowledge
from infra.constructs.grants import Grant, Permission, exported

ACCESS_LOG_DAYS = 90
EXPORTS = "exports/"
EXPORT_DAYS = 7
REASON = "Every attachment is an object of its own."


class MediaBucket(s3.Bucket):
    """Read and written with links that a function signs; each access is logged to a second bucket."""

    def __init__(self, scope: Construct, stage: Stage) -> None:
        super().__init__(
            scope,
            "Media",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            server_access_logs_bucket=_access_logs(scope, stage),
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=Duration.days(stage.media_retention_days),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                ),
                s3.LifecycleRule(prefix=EXPORTS, expiration=Duration.days(EXPORT_DAYS)),
            ],
            cors=[
                s3.CorsRule(
                    allowed_methods=[s3.HttpMethods.GET, s3.HttpMethods.PUT],
                    allowed_origins=list(stage.console_origins),
                    allowed_headers=["*"],
                )
            ],
            removal_policy=stage.removal_policy,
        )

    def reads(self) -> Grant:
        """May read objects, and sign links to them."""
        return self._grant("s3:GetObject")

    def puts(self) -> Grant:
        """May store objects."""
        return self._grant("s3:PutObject")

    def reads_exports(self) -> Grant:
        """May read exported reports, and sign links to them."""
        return self._grant("s3:GetObject", EXPORTS)

    def puts_exports(self) -> Grant:
        """May store exported reports."""
        return self._grant("s3:PutObject", EXPORTS)

    def _grant(self, action: str, prefix: str = "") -> Grant:
        objects = f"{exported(self, self.bucket_arn)}/{prefix}*"
        return Grant((Permission((action,), (objects,), REASON),), {"MEDIA_BUCKET": self.bucket_name})


def _access_logs(scope: Construct, stage: Stage) -> s3.Bucket:
    bucket = s3.Bucket(
        scope,
        "AccessLogs",
        encryption=s3.BucketEncryption.S3_MANAGED,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        enforce_ssl=True,
        lifecycle_rules=[s3.LifecycleRule(expiration=Duration.days(ACCESS_LOG_DAYS))],
        removal_policy=stage.removal_policy,
    )
    acknowledge(bucket, "S1", "It holds the access logs; logging its own accesses there would never end.")
    return bucket
