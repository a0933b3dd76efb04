"""List prices, us-east-1, US dollars per million, as read on 2026-11-21 (AWS price pages; DynamoDB on demand, first tiers)."""

WRITE_UNIT = 0.625
READ_UNIT = 0.125
FIFO_REQUEST = 0.50
STANDARD_REQUEST = 0.40
LAMBDA_REQUEST = 0.20
HTTP_REQUEST = 1.00
EVENT = 1.00
WEBSOCKET_MESSAGE = 1.00

# Amazon Connect's list price of one chat message, the nearest thing that is sold (page of 2026-10-07).
CONNECT_CHAT_MESSAGE = 0.010
