"""The shop's pages. Whatever comes from elsewhere goes through `escape`."""

from __future__ import annotations

from html import escape

from customers import LAMP, NAME, Customer

_FRAME = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{name}</title><style>body{{font:1rem/1.5 system-ui;max-width:34rem;margin:3rem auto;padding:0 1rem}}
button{{font:inherit;padding:.6rem 1.2rem;border-radius:.5rem;border:1px solid #246;background:#246;color:#fff}}
input{{font:inherit;padding:.5rem;width:100%;box-sizing:border-box}}</style><h1>{name}</h1>{body}"""


def framed(body: str) -> bytes:
    return _FRAME.format(name=NAME, body=body).encode()


def front() -> bytes:
    price = f"{LAMP['title']}, {int(str(LAMP['minor'])) / 100:.2f} {LAMP['currency']}"
    return framed(f'<p>{price}</p><form action="/connect"><button>Connect your vault</button></form>')


def connect(problem: str = "") -> bytes:
    told = f"<p role=alert><strong>{escape(problem)}</strong></p>" if problem else ""
    return framed(
        f"{told}<p>You need no account here. Your vault tells us where to deliver, as far as you allow, and for as long.</p>"
        '<form method="post" action="/connect"><label>The address of your vault'
        '<input name="vault" type="url" required autocomplete="url" placeholder="https://vault.example"></label>'
        "<p><button>Continue to your vault</button></p></form>"
    )


def account(one: Customer) -> bytes:
    if one.grant is None:
        return framed(
            '<p>You have disconnected your vault.</p><form action="/connect"><button>Connect it</button></form>'
        )
    orders = "".join(f"<li>{escape(str(order['number']))}: {escape(str(order['title']))}</li>" for order in one.orders)
    address = "<br>".join(escape(line) for line in one.address)
    return framed(
        f"<p>Delivered to:<br><span id=address>{address}</span></p><p>Invoices to {escape(one.email)}</p><ul>{orders}</ul>"
        '<form method="post" action="/order"><button>Buy a desk lamp</button></form>'
    )
