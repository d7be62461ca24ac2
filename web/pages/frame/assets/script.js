// Every page works without this. What it does, and where, is told in frame/assets.py.
"use strict";

const PACE_MS = 120; // from one search to the next
const BUSY_MS = 150; // what takes longer is seen to be waited for
const FRESH_MS = 1000; // from the press of a link, which asks for its page, to the click
const GOES = { t: "/", v: "/vendors", o: "/offers", i: "/intents", s: "/sharing", a: "/activity", b: "/butler" };
const FRAME = document.body.dataset.frame; // a door has none
const CAN_WAIT = "NavigationPrecommitController" in window; // else pages are loaded whole
const HAS_PASSKEYS = Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON);
const one = (selector) => document.querySelector(selector);
const here = () => location.pathname + location.search;
const isPage = ({ origin, pathname }) => origin === location.origin && !/\.\w+$/.test(pathname); // no file
const streams = new Map();
let shown = here(); // a link to a place on the same page does not change it, and leads there by itself
let pressed = {};
let isGoing = false; // after a g

async function asked(address, signal, body) {
  const answer = await fetch(address, { method: body ? "POST" : "GET", body, signal, headers: { Accept: "text/html" } });
  if (!answer.headers.get("Content-Type")?.startsWith("text/html")) throw Error();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { address: answer.url, redirected: answer.redirected, page };
}

function sent(form, button) {
  const fields = new URLSearchParams(new FormData(form, button));
  const address = new URL(form.action);
  if (form.method === "post") return asked(address, null, fields);
  address.search = fields;
  return asked(address);
}

function placeOf({ id, name, localName }) {
  // How to find the same element in a page that looks alike.
  return id ? `#${CSS.escape(id)}` : name && `${localName}[name="${CSS.escape(name)}"]`;
}

function replaced(found, selector) {
  const before = one(selector);
  const after = found.page.querySelector(selector);
  if (!before || !after) return location.assign(found.address);
  const place = placeOf(document.activeElement);
  before.replaceWith(after);
  document.title = found.page.title;
  const said = after.querySelector("[role=status], [role=alert]");
  if (said) said.tabIndex = -1;
  (said || (place && one(place)))?.focus();
  watch(after);
}

async function quiet(event) {
  const { target: form, submitter: button } = event;
  if (!form.matches("[data-quiet]")) return;
  event.preventDefault();
  window.stop(); // the newer click counts
  const answer = sent(form, button);
  form.ariaBusy = "true";
  if (button) button.disabled = true;
  try {
    const found = await answer;
    if (isLeft(form)) return;
    history.pushState(null, "", found.address);
    shown = here();
    replaced(found, "main");
  } catch {
    if (!isLeft(form)) form.submit(); // as without this
  }
}

async function searched(input) {
  const found = await sent(input.form);
  const place = `#${input.dataset.live}`;
  if (isLeft(input) || !found.page.querySelector(place)) return;
  if (input.form.method !== "post") history.replaceState(null, "", found.address);
  shown = here();
  replaced(found, place);
}

function live(input) {
  let last = input.value;
  let next = 0; // when the server may be asked again
  let isAsking = false;
  input.oninput = async () => {
    if (isAsking) return; // what is typed meanwhile comes after it
    isAsking = true;
    while (input.value !== last) {
      const wait = next - performance.now();
      if (wait > 0) await new Promise((done) => setTimeout(done, wait));
      next = performance.now() + PACE_MS;
      last = input.value;
      await searched(input).catch(() => {}); // its button still works
    }
    isAsking = false;
  };
}

function stream(element) {
  const source = new EventSource(element.dataset.stream);
  streams.set(element, source);
  source.onmessage = (event) => {
    const { id, text, href } = JSON.parse(event.data);
    const place = document.getElementById(id);
    if (place) place.textContent = text;
    if (place?.localName === "progress") place.value = text;
    if (href) location.assign(href);
  };
  source.onerror = () => source.close();
}

function menus({ key, target, type }) {
  const menu = one("details.menu[open]");
  const isIn = menu?.contains(target);
  if (isIn && key === "Escape") menu.firstElementChild.focus();
  if (menu && (isIn ? key === "Escape" : type === "click")) menu.open = false;
}

function drop(zone) {
  const input = zone.querySelector("input[type=file]");
  zone.ondragover = zone.ondragleave = zone.ondrop = (event) => {
    zone.classList.toggle("over", event.type === "dragover");
    if (event.type !== "dragleave") event.preventDefault();
    if (event.type !== "drop") return;
    input.files = event.dataTransfer.files;
    input.form.requestSubmit();
  };
}

function copy(button) {
  button.hidden = false;
  button.onclick = () => {
    document.getElementById(button.dataset.copy).select();
    if (document.execCommand("copy")) button.textContent = button.dataset.done;
  };
}

function lists(select) {
  const field = document.getElementById(select.dataset.lists);
  select.onchange = () => field.setAttribute("list", select.selectedOptions[0].dataset.list || "");
}

async function answered(form) {
  const { passkey: kind, options, challenge } = form.dataset;
  const fields = new URLSearchParams(new FormData(form));
  const given = options ? JSON.parse(options) : await (await fetch(challenge, { method: "POST", body: fields })).json();
  const publicKey = PublicKeyCredential[`parse${kind === "get" ? "Request" : "Creation"}OptionsFromJSON`](given);
  return navigator.credentials[kind]({ publicKey });
}

function passkey(form) {
  const button = form.querySelector("button");
  const alert = form.querySelector("[role=alert]");
  form.hidden = !HAS_PASSKEYS;
  form.onsubmit = async (event) => {
    event.preventDefault();
    alert.hidden = button.disabled = true;
    try {
      form.elements.answer.value = JSON.stringify(await answered(form));
      form.submit();
    } catch {
      alert.hidden = button.disabled = false; // it was cancelled, or took too long
      button.focus();
    }
  };
}

const goes = (address) => (CAN_WAIT ? navigation.navigate(address, { info: "key" }) : location.assign(address));

function keys(event) {
  const { key, target, ctrlKey, metaKey, altKey } = event;
  const isTyped = target.closest("input, select, textarea, [contenteditable]");
  if (isTyped || ctrlKey || metaKey || altKey || !FRAME?.endsWith("keys")) return;
  if (isGoing && GOES[key]) goes(GOES[key]);
  isGoing = key === "g";
  const search = one("input[type=search]");
  if (key === "/" && search) {
    event.preventDefault();
    search.focus();
  }
  if (key === "?") goes("/settings/keys");
}

function isLeft(element) {
  // Its page is replaced, or about to be, which a new address would stop.
  return !element.isConnected || (CAN_WAIT && navigation.transition);
}

function press(event) {
  const link = event.target.closest("a[href]");
  if (event.button || !link || !isPage(link) || link.pathname + link.search === shown) return;
  pressed = { href: link.href, at: performance.now(), page: asked(link) };
  pressed.page.catch(() => {});
}

async function fetched(to, isBack, signal) {
  const main = one("main");
  const busy = setTimeout(() => (main.ariaBusy = "true"), BUSY_MS);
  const isFresh = pressed.href === to.href && performance.now() - pressed.at < FRESH_MS;
  try {
    const { page, redirected } = await (isFresh ? pressed.page : asked(to, signal));
    if (redirected || page.body.dataset.frame !== FRAME) throw Error();
    return page;
  } catch (error) {
    if (!signal.aborted) isBack ? location.reload() : location.assign(to);
    throw error;
  } finally {
    pressed = {};
    clearTimeout(busy);
    main.ariaBusy = null;
  }
}

function arrived(page, event) {
  shown = here();
  document.title = page.title;
  document.body.replaceChildren(...page.body.childNodes);
  watch(document.body);
  event.scroll();
  const place = one(":target") || one("h1") || one("main");
  if (place.tabIndex < 0) place.tabIndex = -1;
  place.focus({ preventScroll: true }); // where a reader starts, and what a screen reader says
}

function move(event) {
  const { navigationType: kind, signal } = event;
  const to = new URL(event.destination.url);
  const isBack = kind === "traverse";
  const isWanted = isBack || event.userInitiated || event.info === "key"; // not this script's
  if (!event.canIntercept || !isWanted || kind === "reload" || event.formData || event.downloadRequest !== null) return;
  if (!isPage(to) || (event.hashChange && shown === here())) return;
  let page;
  const asks = async () => (page = await fetched(to, isBack, signal));
  const shows = () => {
    try {
      arrived(page, event);
    } catch {
      location.reload();
    }
  };
  const handlers = isBack ? { handler: () => asks().then(shows) } : { precommitHandler: asks, handler: shows };
  event.intercept({ ...handlers, focusReset: "manual", scroll: "manual" });
}

function watch(part) {
  for (const [element, source] of streams) if (!element.isConnected && streams.delete(element)) source.close();
  const each = (selector, does) => part.querySelectorAll(selector).forEach(does);
  each("[data-live]", live);
  each("[data-stream]", stream);
  each("[data-drop]", drop);
  each("[data-copy]", copy);
  each("[data-lists]", lists);
  each("[data-passkey]", passkey);
  each("[data-passkeys]", (element) => (element.hidden = (element.dataset.passkeys === "yes") !== HAS_PASSKEYS));
}

watch(document);
document.onsubmit = quiet;
document.onclick = menus;
document.onkeydown = (event) => {
  menus(event);
  keys(event);
};
if (CAN_WAIT && FRAME) {
  navigation.onnavigate = move;
  document.onmousedown = press;
} else {
  window.onpopstate = () => here() !== shown && location.reload();
}
