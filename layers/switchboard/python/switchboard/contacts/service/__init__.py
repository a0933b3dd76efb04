"""What contacts do: a channel's customer is found or made; people edit, search and look up."""
