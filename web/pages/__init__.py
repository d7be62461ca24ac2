"""The pages: server-rendered, usable without JavaScript, enhanced by one script of our own.

    frame      what all pages share: layout, style, script, guard, forms
    <page>     a folder each: `page.py` with its routes, its templates beside it

Rules
* A page is collected by being there. `frame.guard` is the only way to make one: it asks for the session, the open vault and, on
  every form, the session's token.
* What a page shows of others' words is text: templates escape everything, and nothing here marks a string as safe.
* No inline script or style, nothing from another host; the policy of `frame.responses` lets a browser hold us to it.
"""
