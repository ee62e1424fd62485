"""Signing in through a provider by OpenID Connect Core 1.0: authorization code with PKCE (RFC 7636).

journey (what the browser carries between start and callback) -> wire (the provider's HTTP) -> claims (the ID token
judged) -> arrival (which agent that is) -> api.
"""
