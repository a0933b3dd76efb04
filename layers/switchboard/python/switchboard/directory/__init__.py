"""Who works here: users, their groups and presence, the organization."""
