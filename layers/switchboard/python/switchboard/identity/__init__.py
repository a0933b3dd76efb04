"""Who calls: OAuth clients, bearer tokens, sign-in of people, divisions, roles and grants."""
