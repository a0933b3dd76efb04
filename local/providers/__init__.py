"""The simulated providers: Meta's Graph API and a middleware. They take what we send, and send what customers do."""

from local.providers.endpoints import routes as routes
from local.providers.simulator import Simulator as Simulator
