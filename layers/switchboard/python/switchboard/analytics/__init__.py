"""Analytics: what happened in conversations and to agents, as facts that queries add up."""
