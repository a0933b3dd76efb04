"""How administrators connect accounts: what each messenger type asks for, and the integrations' life."""
