"""Who works here: users, their presence, the organization."""
