"""Switchboard: an open omnichannel contact centre. One package per domain; `kit` knows none of them."""
