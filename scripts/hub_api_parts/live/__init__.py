"""What happens in the hub, as it happens: one stream of events, handed to all who listen."""
