"""External contacts: the people we talk with, and every identifier by which a channel may know them."""
