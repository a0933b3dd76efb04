"""The people who sign in: a Cognito user pool with its hosted pages, reached by the code flow with PKCE."""

import aws_cdk as cdk
from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.config import Stage
from infra.constructs.acknowledge import acknowledge
from infra.constructs.grants import Grant, Permission

CALLBACK_PATH = "/oauth/callback"
ADMINISTRATION = (
    "cognito-idp:AdminCreateUser",
    "cognito-idp:AdminGetUser",
    "cognito-idp:AdminSetUserPassword",
    "cognito-idp:AdminUpdateUserAttributes",
    "cognito-idp:AdminEnableUser",
    "cognito-idp:AdminDisableUser",
)


class UserPool(cognito.UserPool):
    """Accounts are made by administrators; a one-time-password app is everybody's second factor."""

    def __init__(self, scope: Construct, stage: Stage, *, public_url: str) -> None:
        super().__init__(
            scope,
            "UserPool",
            user_pool_name=stage.resource_name("switchboard"),
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            mfa=cognito.Mfa.REQUIRED,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            password_policy=cognito.PasswordPolicy(
                min_length=12,
                require_digits=True,
                require_lowercase=True,
                require_uppercase=True,
                require_symbols=True,
                temp_password_validity=Duration.days(3),
            ),
            deletion_protection=stage.deletion_protection,
            removal_policy=stage.removal_policy,
        )
        acknowledge(
            self,
            "COG8",
            "Threat protection is billed per user; with a required second factor that is the owner's choice.",
        )
        domain = self.add_domain(
            "HostedUi",
            cognito_domain=cognito.CognitoDomainOptions(
                # Unique in the region over all accounts, hence the account's number.
                domain_prefix=f"switchboard-{stage.name}-{cdk.Stack.of(self).account}"
            ),
        )
        client = self.add_client(
            "Console",
            user_pool_client_name=stage.resource_name("console"),
            generate_secret=False,
            prevent_user_existence_errors=True,
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(authorization_code_grant=True),
                scopes=[cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL],
                callback_urls=[f"{public_url}{CALLBACK_PATH}"],
                logout_urls=[public_url],
            ),
        )
        self._hosted_ui = {
            "USER_POOL_CLIENT_ID": client.user_pool_client_id,
            "USER_POOL_DOMAIN_URL": domain.base_url(),
        }

    def signs_in(self) -> Grant:
        """May send people to the hosted pages and exchange the code they bring back: public endpoints, no permission."""
        return Grant(environment=self._hosted_ui)

    def administers(self) -> Grant:
        """May make accounts, set their passwords and addresses, and let them sign in or not."""
        return Grant((Permission(ADMINISTRATION, (self.user_pool_arn,)),), {"USER_POOL_ID": self.user_pool_id})
