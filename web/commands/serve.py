"""`firstparty serve`: the vault's server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from web import options, settings

if TYPE_CHECKING:
    from web.server.running import Started


@click.command("serve")
@options.vault_options
@settings.option("host")
@settings.option("port")
@settings.option("base_url")
@settings.option("allow_host")
@settings.option("requests_per_minute")
@settings.option("trust_proxy")
@settings.option("metrics_token_file")
@settings.option("show_categories")
@settings.option("dev")
@click.option("--open", "opens", is_flag=True, help="Open the pages in this machine's browser.")
def COMMAND(
    home: str | None,
    passphrase_file: str | None,
    as_json: bool,
    host: str,
    port: int,
    base_url: str | None,
    allow_host: tuple[str, ...],
    requests_per_minute: int,
    trust_proxy: tuple[str, ...],
    metrics_token_file: str | None,
    show_categories: bool,
    dev: bool,
    opens: bool,
) -> None:
    """Serve the vault to its vendors, until stopped with Ctrl-C or SIGTERM.

    With a passphrase file (or a key file made by `init --key-file`) the vault is open from the start. Without, the server
    starts locked: it says who it is and refuses the rest, until `firstparty unlock` is run on the same machine.

    In a terminal it prints a link that logs a browser in once, within ten minutes; `firstparty login` makes another. With --open
    this machine's browser opens it.

    Vendors reach it by https: put a proxy with a certificate in front, and name its address with --base-url.
    """
    import gc

    # Nothing that a start makes is to go again, and to look for it costs a tenth of the start; `listening` enables it.
    gc.disable()

    from web import clock
    from web.server.running import run
    from web.server.serving import Settings

    started_with = Settings(
        home=options.home_of(home),
        host=host,
        port=port,
        base_url=_checked(base_url or "", dev),
        hosts=frozenset(name.lower() for name in allow_host),
        is_dev=dev,
        shows_categories=show_categories,
        requests_per_minute=requests_per_minute,
        proxies=frozenset(trust_proxy),
        metrics_token=options.read_secret(metrics_token_file) if metrics_token_file else "",
    )
    secret = options.read_secret(passphrase_file) if passphrase_file else None
    run(started_with, secret, clock=clock.now, announce=lambda started: _announce(started, as_json, opens=opens))


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


def _announce(started: Started, as_json: bool, *, opens: bool) -> None:
    import sys

    from web import output, owner_browser

    # A link belongs to whoever looks, never to a log.
    link = started.link() if not started.is_locked and (opens or sys.stdout.isatty()) else ""
    if as_json:
        output.as_json({"url": started.url, "port": started.port, "locked": started.is_locked})
    else:
        state = "locked: run `firstparty unlock`" if started.is_locked else "open"
        click.echo(f"Serving {started.url} (the vault is {state}). Stop with Ctrl-C.")
        if link and sys.stdout.isatty():
            click.echo(f"Your pages, by this link once: {link}")
    sys.stdout.flush()
    if opens:
        owner_browser.show(link or started.url)
