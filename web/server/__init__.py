"""The vault's HTTP server: every door that speaks HTTP, and nothing that decides.

Promises
* One table says who may call what (`routes.Access`). A route without its row cannot be made, and no route is reached
  in another way. While the vault is locked, what needs it answers 503.
* One place answers errors (`problems`): RFC 9457, a status by a table, nothing of the request in it, no trace.
* One thread touches the vault (`opened`). What was answered is durable; several writes may share one commit.
* Every limit on what comes in is a named constant: heads in `connections`, bodies in `bodies`, rates in `limits`.
* What is logged is how a request went, never what was in it (`access_log`).

Layers, each importing those to its right: `running` → `listening` → `application` → `endpoints` → `routes` → `idempotency`, `bodies`,
`principals` → `problems` → `opened`, `answers`. Litestar is imported here only, and uvicorn in `connections` only.
"""
