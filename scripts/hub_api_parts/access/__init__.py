"""Who may do what: scopes, tokens, the check of a request, limits of rate."""
