"""`firstparty serve`: the vault's server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from web import options

if TYPE_CHECKING:
    from web.server.running import Started

# Free of well-known neighbours; vendors see the proxy's port, not this one.
DEFAULT_PORT = 8642


@click.command("serve")
@options.vault_options
@click.option(
    "--host",
    metavar="ADDRESS",
    envvar="FIRSTPARTY_HOST",
    default="127.0.0.1",
    show_default=True,
    help="Listen on this address [env: FIRSTPARTY_HOST].",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    envvar="FIRSTPARTY_PORT",
    default=DEFAULT_PORT,
    show_default=True,
    help="Listen on this port; 0 takes a free one [env: FIRSTPARTY_PORT].",
)
@click.option(
    "--base-url",
    metavar="URL",
    envvar="FIRSTPARTY_BASE_URL",
    default="",
    help="The vault's https address as vendors see it, behind a proxy [env: FIRSTPARTY_BASE_URL].",
)
@click.option(
    "--allow-host",
    metavar="NAME",
    envvar="FIRSTPARTY_ALLOW_HOST",
    multiple=True,
    help="Also answer requests for this name (`host` or `host:port`) [env: FIRSTPARTY_ALLOW_HOST].",
)
@click.option(
    "--requests-per-minute",
    type=click.IntRange(1, 10_000_000),
    envvar="FIRSTPARTY_REQUESTS_PER_MINUTE",
    default=600,
    show_default=True,
    help="What one address may ask [env: FIRSTPARTY_REQUESTS_PER_MINUTE].",
)
@click.option(
    "--trust-proxy",
    metavar="ADDRESS",
    envvar="FIRSTPARTY_TRUST_PROXY",
    multiple=True,
    help="Take a client's address from what this proxy says in X-Forwarded-For [env: FIRSTPARTY_TRUST_PROXY].",
)
@click.option(
    "--show-categories",
    is_flag=True,
    envvar="FIRSTPARTY_SHOW_CATEGORIES",
    help="Let the card name the categories of open intentions.",
)
@click.option(
    "--dev", is_flag=True, envvar="FIRSTPARTY_DEV", help="For trying things out on this machine: plain http is allowed."
)
def COMMAND(
    home: str | None,
    passphrase_file: str | None,
    as_json: bool,
    host: str,
    port: int,
    base_url: str,
    allow_host: tuple[str, ...],
    requests_per_minute: int,
    trust_proxy: tuple[str, ...],
    show_categories: bool,
    dev: bool,
) -> None:
    """Serve the vault to its vendors, until stopped with Ctrl-C or SIGTERM.

    With a passphrase file (or a key file made by `init --key-file`) the vault is open from the start. Without, the server
    starts locked: it says who it is and refuses the rest, until `firstparty unlock` is run on the same machine.

    Vendors reach it by https: put a proxy with a certificate in front, and name its address with --base-url.
    """
    from web import clock
    from web.server.running import run
    from web.server.serving import Settings

    settings = Settings(
        home=options.home_of(home),
        host=host,
        port=port,
        base_url=_checked(base_url, dev),
        hosts=frozenset(name.lower() for name in allow_host),
        is_dev=dev,
        shows_categories=show_categories,
        requests_per_minute=requests_per_minute,
        proxies=frozenset(trust_proxy),
    )
    secret = options.read_secret(passphrase_file) if passphrase_file else None
    run(settings, secret, clock=clock.now, announce=lambda started: _announce(started, as_json))


def _checked(base_url: str, is_dev: bool) -> str:
    from urllib.parse import urlsplit

    from terms.errors import UsageError

    if not base_url:
        return ""
    try:
        parts = urlsplit(base_url)
        sound = bool(parts.hostname) and not (parts.query or parts.fragment or parts.username or parts.path.strip("/"))
    except ValueError:
        parts, sound = urlsplit(""), False
    if not sound or parts.scheme not in ("https", "http"):
        raise UsageError(f"`{base_url[:60]}` is not a base URL", hint="write it like https://vault.example")
    if parts.scheme == "http" and not is_dev:
        raise UsageError("the base URL is not https", hint="vendors refuse it; on your own machine give --dev")
    return base_url.rstrip("/")


def _announce(started: Started, as_json: bool) -> None:
    import sys

    from web import output

    if as_json:
        output.as_json({"url": started.url, "port": started.port, "locked": started.is_locked})
    else:
        state = "locked: run `firstparty unlock`" if started.is_locked else "open"
        click.echo(f"Serving {started.url} (the vault is {state}). Stop with Ctrl-C.")
    sys.stdout.flush()
