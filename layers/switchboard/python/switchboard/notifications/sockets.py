"""Posting to WebSocket connections (API Gateway, "@connections")."""

from switchboard.kit import aws, settings
from switchboard.kit.logs import logger, metric

log = logger(__name__)


class Sockets:
    def post(self, connection: str, text: str) -> bool:
        """False where the connection is gone. Any other trouble is counted and passed over: a notification is not kept for
        later, who missed one reads the state again."""
        client = aws.client("apigatewaymanagementapi", settings.required("WEBSOCKET_API_ENDPOINT"))
        try:
            client.post_to_connection(ConnectionId=connection, Data=text.encode())
        except client.exceptions.GoneException:
            return False
        except aws.CALL_FAILURES as error:
            log.warning("not posted", extra={"error": type(error).__name__})
            metric("NotificationNotPosted")
        return True
