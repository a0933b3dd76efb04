"""The simulated providers: Meta's Graph API and a middleware. They take what we send, and send what customers do."""

from local.providers.endpoints import routes as routes
from local.providers.in_process import providers_of as providers_of
from local.providers.simulator import Simulator as Simulator
