// Enhancement only: every page works without this. What it does:
//   form[data-quiet]       is sent in the background, and the page's <main> is replaced by the answer's, keeping the focus
//   [data-live]            searches or checks while one types: its form is asked again and the element named by data-live is
//                          replaced; where the form is a POST (which then keeps nothing) the address stays
//   [data-stream]          listens to server-sent events and puts each message's text into the element with the event's id
//   button[data-copy]      copies the field with that id, and says so in its data-done
//   select[data-lists]     what may be chosen in the field with that id is the list named by the chosen option's data-list
//   details.menu           closes on Escape and on a click elsewhere
//   form[data-passkey]     asks this device to make a passkey or to show one, and sends what it says in the field `answer`; what it
//                          is asked stands in data-options, or comes from data-challenge
//   [data-passkeys]        is shown where this browser has passkeys ("yes"), or where it has none ("no")
//   keys                   g then a letter goes to a page, / goes to the search, ? shows them; off inside fields
"use strict";

const PACE_MS = 120; // from one search to the next: the first key is answered at once, and nobody asks ten times a second
const GOES = { t: "/", v: "/vendors", o: "/offers", i: "/intents", s: "/sharing", a: "/activity", b: "/butler" };
// The address of what is shown; a link to a place on the same page does not change it, and leads there by itself.
let shown = location.pathname + location.search;

async function asked(address, options) {
  const answer = await fetch(address, { ...options, headers: { Accept: "text/html" }, credentials: "same-origin" });
  const kind = answer.headers.get("Content-Type") || "";
  const isHere = new URL(answer.url).origin === location.origin;
  if (!isHere || !kind.startsWith("text/html")) throw new Error("not a page of ours");
  return { address: answer.url, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
}

function placeOf(element) {
  // How to find the same element in a page that looks alike: by id, else by name and place among its like.
  if (!element || element === document.body) return null;
  if (element.id) return `#${CSS.escape(element.id)}`;
  if (element.name) return `${element.localName}[name="${CSS.escape(element.name)}"]`;
  return null;
}

function replaced(found, selector) {
  const before = document.querySelector(selector);
  const after = found.page.querySelector(selector);
  if (!before || !after) return location.assign(found.address);
  const place = placeOf(document.activeElement);
  before.replaceWith(after);
  document.title = found.page.title;
  const again = place && document.querySelector(place);
  const said = after.querySelector("[role=status], [role=alert]");
  if (said) {
    said.tabIndex = -1;
    said.focus();
  } else if (again) {
    again.focus();
  }
  watch(after);
}

function quiet(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter;
    const fields = new URLSearchParams(new FormData(form, button));
    const isPost = form.method === "post";
    const address = new URL(form.action);
    if (!isPost) address.search = fields;
    form.setAttribute("aria-busy", "true");
    if (button) button.disabled = true;
    try {
      const found = await asked(address, isPost ? { method: "POST", body: fields } : {});
      history.pushState(null, "", found.address);
      shown = location.pathname + location.search;
      replaced(found, "main");
    } catch {
      form.submit(); // as it would have been without this
    }
  });
}

async function searched(input) {
  const isPost = input.form.method === "post";
  const fields = new URLSearchParams(new FormData(input.form));
  const address = new URL(input.form.action);
  if (!isPost) address.search = fields;
  const found = await asked(address, isPost ? { method: "POST", body: fields } : {});
  const place = `#${input.dataset.live}`;
  if (!input.isConnected || !found.page.querySelector(place)) return;
  if (!isPost) history.replaceState(null, "", found.address);
  shown = location.pathname + location.search;
  replaced(found, place);
}

function live(input) {
  let last = input.value;
  let next = 0; // when the server may be asked again
  let isAsking = false;
  input.addEventListener("input", async () => {
    if (isAsking) return; // what is typed meanwhile is asked for after it
    isAsking = true;
    while (input.value !== last) {
      const wait = next - performance.now();
      if (wait > 0) await new Promise((done) => setTimeout(done, wait));
      next = performance.now() + PACE_MS;
      last = input.value;
      await searched(input).catch(() => {}); // the form's own button still works
    }
    isAsking = false;
  });
}

function stream(element) {
  const source = new EventSource(element.dataset.stream);
  source.onmessage = (event) => {
    const { id, text, href } = JSON.parse(event.data);
    const place = document.getElementById(id);
    if (place) place.textContent = text;
    if (place && place.localName === "progress") place.value = Number(text);
    if (href) {
      source.close();
      location.assign(href);
    }
  };
  source.onerror = () => source.close();
}

function menu(details) {
  document.addEventListener("click", (event) => {
    if (!details.contains(event.target)) details.open = false;
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    details.open = false;
    details.querySelector("summary").focus();
  });
}

function drop(zone) {
  const input = zone.querySelector("input[type=file]");
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    input.files = event.dataTransfer.files;
    input.form.requestSubmit();
  });
}

function copy(button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    document.getElementById(button.dataset.copy).select();
    if (document.execCommand("copy")) button.textContent = button.dataset.done;
  });
}

function lists(select) {
  const field = document.getElementById(select.dataset.lists);
  select.addEventListener("change", () => field.setAttribute("list", select.selectedOptions[0].dataset.list || ""));
}

const HAS_PASSKEYS = Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON && PublicKeyCredential.prototype.toJSON);

async function answered(form) {
  const { passkey, options, challenge } = form.dataset;
  const fields = new URLSearchParams(new FormData(form));
  const given = options
    ? JSON.parse(options)
    : await (await fetch(challenge, { method: "POST", body: fields, credentials: "same-origin" })).json();
  return passkey === "create"
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(given) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(given) });
}

function passkey(form) {
  const button = form.querySelector("button");
  const alert = form.querySelector("[role=alert]");
  form.hidden = !HAS_PASSKEYS;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    alert.hidden = button.disabled = true;
    try {
      form.elements.answer.value = JSON.stringify(await answered(form));
      form.submit();
    } catch {
      alert.hidden = button.disabled = false; // it was cancelled, or took too long
      button.focus();
    }
  });
}

function keys() {
  let isGoing = false;
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest("input, select, textarea, [contenteditable]");
    if (field || event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.keys === "off") return;
    if (isGoing && GOES[event.key]) location.assign(GOES[event.key]);
    isGoing = event.key === "g";
    const search = document.querySelector("input[type=search]");
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
    }
    if (event.key === "?") location.assign("/settings/keys");
  });
}

function watch(part) {
  part.querySelectorAll("form[data-quiet]").forEach(quiet);
  part.querySelectorAll("[data-live]").forEach(live);
  part.querySelectorAll("[data-stream]").forEach(stream);
  part.querySelectorAll("details.menu").forEach(menu);
  part.querySelectorAll("button[data-copy]").forEach(copy);
  part.querySelectorAll("select[data-lists]").forEach(lists);
  part.querySelectorAll("[data-drop]").forEach(drop);
  part.querySelectorAll("form[data-passkey]").forEach(passkey);
  part.querySelectorAll("[data-passkeys]").forEach((one) => (one.hidden = (one.dataset.passkeys === "yes") !== HAS_PASSKEYS));
}

watch(document);
if (document.querySelector(".main-nav")) keys();
window.addEventListener("popstate", () => {
  if (location.pathname + location.search !== shown) location.reload();
});
