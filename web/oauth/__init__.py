"""The authorization server as vendors reach it: `vault.access` over HTTP, and nothing that decides.

    metadata    what is supported, as one table; both discovery documents (RFC 8414, RFC 9728) are read off it
    speaking    forms in, OAuth's JSON out: every "no" of an endpoint (RFC 6749, 5.2)
    arriving    who asks: the client's document is fetched, its assertion and its proof verified
    endpoints   push, ask, token, revoke, grants
    judging     the butler's word on what is asked without the customer
    bearing     an access token with its proof as a principal of the table of routes
    owners      the owner's side, on the local socket: what waits, approve, deny

Rules
* Signatures of proofs are verified before the vault's thread is asked for anything; what is used up, looked up or written is
  one action in that thread.
* Documents are fetched through the guard, and only for a request that names its client soundly.
* These endpoints speak as their standards do, so they are described by the discovery documents and not by /openapi.json.
  What is wrong with the server rather than the request (locked, busy) is a problem here as everywhere.
"""
