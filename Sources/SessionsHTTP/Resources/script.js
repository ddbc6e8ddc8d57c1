// Local times, a list that follows events, dialogs in place of confirmation pages. All works without it.

const find = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const own = document.body.dataset; // sessionPage and sessionExpires, where somebody is signed in

// --- Times, by the rules of TimeText on the server ---

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
let skew = 0; // ms to add to a clock that is wrong

const pad = (number) => String(number).padStart(2, "0");
const dateText = (date, year) => `${MONTHS[date.getMonth()]} ${date.getDate()}${year ? `, ${date.getFullYear()}` : ""}`;
const clock = (date, seconds = "") =>
  `${date.getHours() % 12 || 12}:${pad(date.getMinutes())}${seconds} ${date.getHours() < 12 ? "AM" : "PM"}`;
const dayNumber = (date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000;

function calendar(then, now) {
  const day = { "-1": "Yesterday", 0: "Today", 1: "Tomorrow" }[dayNumber(then) - dayNumber(now)];
  return `${day ?? dateText(then, then.getFullYear() !== now.getFullYear())} at ${clock(then)}`;
}

function relative(then, now) {
  const minutes = Math.floor((now - then) / 60_000);
  const ago = (count, unit) => `${count} ${unit}${count === 1 ? "" : "s"} ago`;
  if (minutes < 1) return "now";
  if (minutes < 60) return ago(minutes, "minute");
  if (minutes < 24 * 60) return ago(Math.floor(minutes / 60), "hour");
  const days = dayNumber(now) - dayNumber(then);
  return days > 1 && days < 7 ? ago(days, "day") : calendar(then, now);
}

function localise(root = document) {
  const now = new Date(Date.now() + skew);
  for (const time of all("time", root)) {
    const then = new Date(time.dateTime);
    const text = (time.dataset.style === "relative" ? relative : calendar)(then, now);
    if (time.textContent !== text) time.textContent = text; // a selection survives
    time.title = `${dateText(then, true)} at ${clock(then, `:${pad(then.getSeconds())}`)}`;
  }
}

function localiseNew(root) {
  const difference = Number(find("[data-now]", root)?.dataset.now) - Date.now();
  skew = Math.abs(difference) > 60_000 ? difference : 0;
  localise(root);
}

localiseNew(document);
setInterval(localise, 30_000);

// --- The end of this session ---

let leaving = false; // this page is on its way out

// The log-in page says more on each reason; it knows no "disabled" and "reported".
function signedOut(reason, sentence = "This session has ended.") {
  if (leaving) return;
  leaving = true;
  following?.abort();
  const target = `/login?reason=${["disabled", "reported"].includes(reason) ? "revoked" : reason}`;
  for (const open of all("dialog[open]")) open.close();
  const dialog = find("#signed-out");
  find("a", dialog).href = target;
  dialog.showModal();
  find("#signed-out-title").textContent = "Logged out";
  find("#signed-out-text").textContent = sentence;
  setTimeout(() => location.replace(target), 1_500);
}

function reasonOf(code) {
  if (code === "session_revoked") return "revoked";
  // A cookie goes by a log-out in this browser, or by age.
  return code === "session_missing" && Date.now() + skew < own.sessionExpires ? "logged_out" : "expired";
}

// --- The list: rendered by the server alone ---

const rowOf = (id) => find(`#session-list > [data-session-id="${CSS.escape(id)}"]`);
let syncing = false;
let syncAgain = false;
let silence;
const endOf = (device) => `Session on ${device} was ended.`;

function announce(text) {
  const announcer = find("#announcer");
  announcer.textContent = text;
  clearTimeout(silence);
  silence = setTimeout(() => (announcer.textContent = ""), 8_000);
}

async function sync() {
  if (!find("#session-list") || document.hidden || leaving) return;
  syncAgain = syncing;
  if (syncing) return;
  syncing = true;
  let wait = 300; // a burst of events costs few requests
  try {
    const response = await fetch(location.href, { cache: "no-store" });
    const { pathname, searchParams } = new URL(response.url);
    if (pathname === "/login") signedOut(searchParams.get("reason") ?? reasonOf("session_missing"));
    else if (response.ok) replaceList(new DOMParser().parseFromString(await response.text(), "text/html"));
    else throw response;
  } catch {
    wait = 5_000;
    syncAgain = true;
  }
  setTimeout(() => {
    syncing = false;
    if (syncAgain) sync();
  }, wait);
}

function replaceList(fresh) {
  localiseNew(fresh);
  const focused = document.activeElement;
  const focusedID = focused.closest("[data-session-id]")?.dataset.sessionId;
  const list = find("#session-list");
  const rows = [...list.children];
  const freshRows = [...find("#session-list", fresh).children];
  const swap = (old, other) => old.isEqualNode(other) || old.replaceWith(other);
  for (const id of ["#attention", "#places", "#session-count", "#session-actions"]) swap(find(id), find(id, fresh));
  // Rows that stay keep their place, so that no click is lost.
  const order = (items) => items.map((row) => row.dataset.sessionId).join();
  if (order(rows) === order(freshRows)) rows.forEach((row, index) => swap(row, freshRows[index]));
  else list.replaceChildren(...freshRows);
  if (!focused.isConnected) focusOn(rowOf(focusedID));
}

const focusOn = (row) => (row?.querySelector("button") ?? find("#sessions-title")).focus();

// --- The stream of events: one a browser, read by the visible tab that holds the lock ---

let following; // aborts this page's reading or waiting
let channel; // where locks exist, which need a secure context
if (own.sessionPage && navigator.locks) channel = new BroadcastChannel(`session-events-${own.sessionPage}`);

function receive({ type, data }) {
  if (type === "signed-out") return signedOut(data.reason);
  if (document.hidden) return; // it catches up when it is looked at
  if (type === "session-started") announce(`New session: ${data.session?.deviceInfo}.`);
  const row = rowOf(data?.id);
  if (type === "session-ended" && row) announce(endOf(row.dataset.device));
  sync();
}

function relay(event) {
  channel?.postMessage(event);
  receive(event);
}

async function* eventsIn(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  try {
    for (;;) {
      // The server sends a comment every 15 s.
      const watch = setTimeout(() => reader.cancel(), 45_000);
      const { done, value } = await reader.read().finally(() => clearTimeout(watch));
      if (done) return;
      const blocks = (text + value).split(/\r?\n\r?\n/);
      text = blocks.pop();
      for (const block of blocks) {
        const field = (name) => block.match(new RegExp(`^${name}: ?(.*)$`, "m"))?.[1];
        if (field("event")) yield { type: field("event"), data: JSON.parse(field("data") || "{}") };
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

async function readStream(signal) {
  for (let failures = 0; ; failures += 1) {
    let retryAfter = 0;
    let opened = Infinity;
    try {
      // EventSource cannot tell a 401 from a broken connection.
      const response = await fetch("/api/sessions/events", { signal });
      if (response.status === 401) {
        relay({ type: "signed-out", data: { reason: reasonOf((await response.json()).code) } });
      } else if (response.ok) {
        opened = Date.now();
        relay({ type: "opened" }); // what was missed meanwhile
        for await (const event of eventsIn(response.body)) {
          if (event.type === "token-replaced") break;
          relay(event);
        }
      }
      retryAfter = Math.min(Number(response.headers.get("Retry-After")) || 0, 300);
    } catch {
      // No connection, or this page was hidden.
    }
    if (signal.aborted) return;
    if (Date.now() - opened > 10_000) failures = 0;
    const seconds = Math.max(Math.min(2 ** failures, 60), retryAfter);
    await new Promise((resume) => {
      setTimeout(resume, seconds * (1_000 + Math.random() * 500));
      signal.addEventListener("abort", resume);
    });
  }
}

async function follow() {
  following?.abort();
  if (document.hidden || leaving) return;
  const { signal } = (following = new AbortController());
  if (!channel) return readStream(signal);
  // An abort ends the reading, which hands the lock to the next tab.
  await navigator.locks.request(channel.name, { signal }, () => readStream(signal)).catch(() => {});
}

if (own.sessionPage) {
  channel?.addEventListener("message", (message) => receive(message.data));
  document.addEventListener("visibilitychange", () => {
    follow();
    localise();
    sync();
  });
  addEventListener("pageshow", () => leaving && location.reload()); // back again
  follow();
}

// --- How strong a new password is: judged by the server alone ---

function watchStrength(place) {
  const form = place.closest("form");
  const bar = find("meter", place);
  const words = find("p", place);
  const { [place.dataset.strength]: input, email, username } = form.elements;
  let pause; // before the server is asked
  let asking;

  function show({ acceptable, bits, message } = {}) {
    bar.hidden = message === undefined;
    // What is refused for another reason is not shown as strong.
    bar.value = acceptable ? bits : Math.min(bits ?? 0, bar.low - 1);
    words.textContent = message ?? "";
  }

  async function judge() {
    const { signal } = (asking = new AbortController());
    const body = JSON.stringify({
      password: [...input.value].slice(0, 1_025).join(""), // that many are too long already
      email: email?.value.slice(0, 254),
      username: username?.value.slice(0, 32),
    });
    const headers = { "Content-Type": "application/json" };
    try {
      const response = await fetch("/api/auth/password-strength", { method: "POST", headers, body, signal });
      const judgement = response.ok ? await response.json() : undefined; // the form will tell
      if (!signal.aborted) show(judgement);
    } catch {
      if (!signal.aborted) show();
    }
  }

  form.addEventListener("input", (event) => {
    if (![input, email, username].includes(event.target)) return;
    clearTimeout(pause);
    asking?.abort();
    if (input.value) pause = setTimeout(judge, 300);
    else show();
  });
}

all("[data-strength]").forEach(watchStrength);

// --- Dialogs in place of confirmation pages ---

let asked; // the open question

function ask(dialog, trigger) {
  if (asked?.confirm.ariaBusy) return;
  const row = trigger.closest("[data-session-id]");
  const [close, confirm] = all("button", dialog);
  asked = { dialog, close, confirm, target: trigger.dataset.target, row: row?.dataset ?? {} };
  find("form", dialog).reset(); // a password that was typed and not sent
  for (const slot of all("[data-slot]", dialog)) slot.textContent = asked.row[slot.dataset.slot];
  close.textContent = "Cancel";
  confirm.textContent = confirm.dataset.label;
  confirm.hidden = false;
  find(".problem", dialog).textContent = "";
  dialog.showModal();
}

function explain(canRetry, ...content) {
  const { dialog, close, confirm } = asked;
  if (leaving) return;
  if (!dialog.open) dialog.showModal(); // closed before the answer came
  find(".problem", dialog).replaceChildren(...content);
  confirm.hidden = !canRetry;
  confirm.textContent = "Retry";
  if (!canRetry) close.textContent = "Close";
  (canRetry ? confirm : close).focus();
}

function send(method, target, body = "{}") {
  const post = method === "POST" && { headers: { "Content-Type": "application/json" }, body };
  return fetch(target, { method, ...post, signal: AbortSignal.timeout(20_000) }).catch((error) => error);
}

// Proves once more who is here, where the dialog asks for it; whether one may go on.
async function prove() {
  const inputs = all(".proof [name]", asked.dialog);
  if (!inputs.length) return true;
  const proof = Object.fromEntries(inputs.map(({ name, value }) => [name, value]));
  const response = await send("POST", "/api/auth/reauthenticate", JSON.stringify(proof));
  if (response.ok) for (const fields of all(".proof")) fields.remove(); // no dialog needs it now
  else await refused(response);
  return response.ok;
}

async function act() {
  if (!(await prove())) return;
  const isEverywhere = asked.target.endsWith("/revoke-all");
  if (isEverywhere) leaving = true; // the stream will report it too
  const response = await send(asked.dialog.dataset.method, asked.target);
  if (response.ok && isEverywhere) return location.replace("/login?reason=everywhere");
  if (isEverywhere) leaving = false;
  if (!response.ok) return refused(response);
  const { revoked } = await response.json().catch(() => ({})); // a 204 has no body
  ended(revoked);
}

async function refused(response) {
  if (response.name === "TimeoutError") return explain(true, "The server did not answer. Try again.");
  if (response instanceof Error) return explain(true, "No connection. Nothing was changed.");
  const { code } = await response.json().catch(() => ({}));
  if (code === "invalid_credentials") {
    const inputs = all(".proof [name]", asked.dialog);
    explain(true, inputs.length > 1 ? "The password or the code is wrong." : "The password is wrong.");
    return inputs[0].select();
  }
  if (response.status === 429) {
    const seconds = Number(response.headers.get("Retry-After")) || 60;
    return explain(true, `Too many attempts. Wait ${seconds === 1 ? "1 second" : `${seconds} seconds`}.`);
  }
  if (code === "reauthentication_required") {
    const href = "/settings/security/reauthenticate";
    const link = Object.assign(document.createElement("a"), { href, textContent: "Show that it is still you" });
    return explain(false, link, " to end other sessions.");
  }
  if (response.status === 401) return signedOut(reasonOf(code), "You were signed out meanwhile.");
  sync();
  if (response.status === 404) return explain(false, "This session had already ended.");
  if (response.status === 409) return explain(false, "This is the device you are using; use Log out instead.");
  explain(true, "The server is unavailable. Try again.");
}

function ended(count) {
  const { dialog, row: { sessionId, device } } = asked;
  dialog.close();
  const row = rowOf(sessionId);
  const next = row?.nextElementSibling ?? row?.previousElementSibling;
  row?.remove();
  focusOn(next);
  announce(device ? endOf(device) : `${count} other session${count === 1 ? " was" : "s were"} ended.`);
  sync();
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if ("logOut" in form.dataset) leaving = true;
  if (form.dataset.dialog) {
    event.preventDefault();
    ask(document.getElementById(form.dataset.dialog), form);
  } else if (asked && form.parentElement === asked.dialog) {
    event.preventDefault();
    const { confirm } = asked;
    if (confirm.ariaBusy) return;
    confirm.ariaBusy = "true";
    await act();
    confirm.ariaBusy = null;
  }
});

document.addEventListener("click", (event) => {
  if (event.target.matches("[data-close]")) event.target.closest("dialog").close();
});

// --- Recovery codes, to take away ---

const tools = find("#recovery-code-tools");

const recoveryCodes = () => all("#recovery-codes code").map((code) => `${code.textContent}\n`).join("");

const take = {
  async copy(button) {
    await navigator.clipboard.writeText(recoveryCodes());
    button.textContent = "Copied";
    announce("The recovery codes were copied.");
  },
  download() {
    const href = URL.createObjectURL(new Blob([recoveryCodes()], { type: "text/plain" }));
    Object.assign(document.createElement("a"), { href, download: tools.dataset.file }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  },
  print: () => print(),
};

if (tools) {
  tools.hidden = false;
  find("[data-tool=copy]", tools).hidden = !navigator.clipboard; // needs a secure context
  tools.addEventListener("click", ({ target }) => take[target.dataset.tool]?.(target));
}
