// The widget that a clinic puts on pages of its own site. As it is served, GIVEN stands before this
// (the style, and the texts and human lines of both languages), and then widget_reply.js.
//
// It stores nothing. What a visitor wrote is kept in the element's memory alone, and is sent
// nowhere but to the server that this script came from.

const NAME = "psychodynamic-faq";
const LONGEST = 12_000; // bytes of a request; the server takes 16 KiB
const MOST_TURNS = 12; // in a request
const MOST_CHARACTERS = 4_000; // of a question: at three bytes each, it always fits
const PATIENCE = 180_000; // milliseconds; the server answers or refuses before
const LEVELS = ["none", "concern", "crisis", "emergency"];
const KINDS = ["quoted", "not_found", "declined", "contact", "about", "crisis"];
const post = (path, body) =>
  fetch(new URL(path, server), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    credentials: "omit",
    referrerPolicy: "no-referrer",
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
  });

// The highest level that turns left out of a request were answered at, and its kind.
// Of all emergencies an overdose alone stays one.
const gravity = ({ level, category }) => 2 * LEVELS.indexOf(level) + (category === "overdose_poisoning");
const gravest = (turns) =>
  turns.reduce(
    (most, { level, category }) => (gravity({ level, category }) > gravity(most) ? { level, category } : most),
    { level: "none", category: null },
  );

const style = new CSSStyleSheet();
style.replaceSync(GIVEN.style);

class Faq extends HTMLElement {
  #words; // of the widget's own language; a reply is shown with those of its own
  #turns = [];
  #waiting = 0;
  #above = null; // the place in the conversation of the card that is shown above it
  #escaped = -Infinity;
  #gone; // ends what listens outside of the element
  #root; #view; #alert; #standing; #log; #status; #box; #exit; #opener;

  connectedCallback() {
    if (!this.shadowRoot) this.#build();
    this.#gone = new AbortController();
    addEventListener("keydown", (event) => this.#press(event), { capture: true, signal: this.#gone.signal });
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  #build() {
    const wanted = [this.lang, document.documentElement.lang, navigator.language];
    const known = wanted.map((one) => one?.slice(0, 2).toLowerCase());
    const language = known.find((one) => one in GIVEN.words) ?? "en";
    this.#words = GIVEN.words[language];
    this.#root = make("section", { className: "root", lang: language, "aria-labelledby": "title" });
    const shadow = this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [style, this.#dark()];
    shadow.append(this.#root);
    this.#fill();
    if (this.hasAttribute("floating")) this.#float();
  }

  #dark() {
    const chosen = { light: "not all", dark: "all" }[this.getAttribute("theme")];
    const dark = new CSSStyleSheet({ media: chosen ?? "(prefers-color-scheme: dark)" });
    dark.replaceSync(GIVEN.dark);
    return dark;
  }

  #fill() {
    const words = this.#words;
    const title = make("h2", { id: "title" }, this.getAttribute("heading") ?? words.heading);
    this.#alert = make("div", { role: "alert", tabIndex: -1, onkeydown: (event) => this.#write_on(event) });
    this.#exit = make("button", { type: "button", className: "leave", hidden: true, onclick: () => this.#leave() },
      words.leave_short);
    this.#standing = make("aside", { "aria-label": words.standing_label },
      make("p", {}, ...standing(words)), this.#exit);
    this.#log = make("div", { role: "log", "aria-live": "polite", "aria-label": words.conversation });
    // Who scrolls by keyboard needs to be able to reach what scrolls.
    this.#view = make("div", { className: "view", tabIndex: 0, role: "group", "aria-labelledby": "title" },
      this.#alert, title, text("p", "quiet", words.intro), this.#standing, this.#examples(), this.#log);
    this.#root.append(this.#view, this.#form());
  }

  #examples() {
    const asking = this.#words.examples.map((one) => button("option", one, () => this.#ask(one)));
    return make("div", { className: "options", role: "group", "aria-labelledby": "examples" },
      make("p", { id: "examples" }, this.#words.examples_label), ...asking);
  }

  #form() {
    const words = this.#words;
    this.#status = make("p", { className: "status", role: "status" });
    this.#box = make("textarea", {
      id: "box", rows: 1, maxLength: MOST_CHARACTERS, autocomplete: "off",
      "aria-describedby": "names",
      onkeydown: (event) => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        this.#send();
      },
    });
    return make("form", { onsubmit: (event) => (event.preventDefault(), this.#send()) },
      this.#status,
      text("div", "above-box",
        make("label", { htmlFor: "box" }, words.question_label),
        button("start-over", words.clear, () => this.#start_over())),
      make("p", { className: "quiet", id: "names" }, words.no_names),
      text("div", "beside-box", this.#box, make("button", { className: "send" }, words.send)));
  }

  // A panel that a button opens, beside which the page stays in use.
  #float() {
    const words = this.#words;
    const close = button("close", words.close, () => this.#close());
    this.#opener = make("button", { type: "button", className: "opener", "aria-expanded": "false", onclick: () => this.#open() },
      words.open);
    this.#root.before(this.#opener);
    this.#root.prepend(text("div", "bar", this.#root.querySelector("h2"), close));
    this.#root.setAttribute("role", "dialog");
    this.#root.tabIndex = -1;
    this.#root.hidden = true;
  }

  #open() {
    if (!this.#root.hidden) return;
    this.#root.hidden = false;
    this.#opener.hidden = true;
    this.#opener.setAttribute("aria-expanded", "true");
    this.#root.focus();
  }

  #close() {
    this.#root.hidden = true;
    this.#opener.hidden = false;
    this.#opener.setAttribute("aria-expanded", "false");
    this.#opener.focus();
  }

  // Leaving at once: the page is replaced, so that "back" does not lead to it.
  #leave() {
    document.documentElement.style.display = "none";
    location.replace(this.#words.exit);
  }

  #press(event) {
    if (event.key !== "Escape") return;
    if (!this.#exit.hidden) {
      if (event.timeStamp - this.#escaped < 2000) this.#leave();
      this.#escaped = event.timeStamp;
    }
    if (this.#opener && !this.#root.hidden && event.composedPath().includes(this)) this.#close();
  }

  // Who goes on writing while a card appears writes on in the box.
  #write_on(event) {
    const is_writing = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey;
    if (is_writing && event.target === this.#alert) this.#box.focus();
  }

  #send() {
    const written = this.#box.value;
    if (!written.trim()) return this.#tell(this.#words.empty_question);
    this.#box.value = "";
    this.#ask(written.trim());
  }

  #tell(message) {
    this.#status.textContent = message;
  }

  #start_over() {
    this.#turns = [];
    this.#waiting = 0;
    this.#raise(null);
    this.#log.replaceChildren();
    this.#tell("");
    this.#view.scrollTop = 0;
  }

  async #ask(question) {
    const turn = { question };
    this.#turns.push(turn);
    const asked = make("p", { className: "question" }, spoken(`${this.#words.asked} `), question);
    const slot = text("div", "reply");
    this.#log.append(asked, slot);
    this.#lead_to(asked);
    const found = await this.#answer(this.#request());
    if (!found) return;
    const { reply, failure } = found;
    const is_last = this.#turns.at(-1) === turn;
    Object.assign(turn, { level: reply?.level, category: reply?.category });
    if (reply) this.#show(turn, reply, slot, is_last);
    else this.#fail(turn, slot, failure);
    if (is_last && reply?.kind !== "crisis") this.#lead_to(asked);
  }

  // The question gets its answer in spite of its card, which stays in the conversation; the turn keeps
  // the card's level. Where no answer can be had, the card stays where it is.
  async #go_on(turn, carded) {
    this.#box.focus();
    if (turn.is_going_on || turn !== this.#turns.at(-1) || turn.level !== "crisis") return;
    turn.is_going_on = true;
    const found = await this.#answer({ ...this.#request(), card_seen: true });
    turn.is_going_on = false;
    if (!found) return;
    if (found.failure) return this.#tell(found.failure);
    const slot = text("div", "reply");
    carded.after(slot);
    const is_last = this.#turns.at(-1) === turn;
    const is_card = found.reply.kind === "crisis"; // graver now, by a model that was not there before
    if (is_card) turn.level = found.reply.level;
    this.#show(turn, found.reply, slot, is_last);
    if (is_last && !is_card) this.#lead_to(slot);
  }

  // A reply, or why there is none; nothing at all if the visitor started over meanwhile.
  async #answer(request) {
    const turns = this.#turns;
    this.#waiting += 1;
    this.#tell(this.#words.looking);
    const found = await this.#posted(request);
    if (turns !== this.#turns) return null;
    this.#waiting -= 1;
    this.#tell(this.#waiting ? this.#words.looking : "");
    return found;
  }

  async #posted(request) {
    try {
      const response = await post("api/ask", request);
      const reply = await response.json().catch(() => null);
      const is_reply = response.ok && KINDS.includes(reply?.kind);
      // A card is shown, whatever the status it comes with.
      return is_reply || reply?.kind === "crisis" ? { reply } : { failure: this.#refusal(response) };
    } catch {
      return { failure: this.#words.offline };
    }
  }

  #request() {
    const turns = this.#turns;
    let from = Math.max(turns.length - MOST_TURNS, 0);
    const body = () => ({ turns: turns.slice(from).map((turn) => turn.question), language: null, ...gravest(turns.slice(0, from)) });
    const is_too_long = () => new TextEncoder().encode(JSON.stringify(body())).length > LONGEST;
    while (from < turns.length - 1 && is_too_long()) from += 1;
    return body();
  }

  #refusal({ status, headers }) {
    const words = this.#words;
    if (status === 413 || status === 422) return words.too_long;
    if (status !== 429 && status !== 503) return words.failed;
    const seconds = Number(headers.get("Retry-After"));
    return seconds > 0 ? words.too_many.replace("{seconds}", seconds) : words.too_busy;
  }

  #show(turn, reply, slot, is_last) {
    const is_card = reply.kind === "crisis";
    const words = GIVEN.words[reply.language] ?? this.#words;
    slot.lang = reply.language;
    slot.classList.toggle("kept-card", is_card);
    if (is_card || is_last) this.#raise(is_card ? reply : null, slot, turn);
    slot.append(...answer(reply, words).filter(Boolean));
    if (reply.suggestions.length) slot.append(this.#suggestions(reply, words));
    if (reply.kind === "quoted") slot.append(this.#helpful(reply, words));
  }

  // The question goes back to where it can be sent again, and is no part of the conversation.
  #fail(turn, slot, failure) {
    this.#turns.splice(this.#turns.indexOf(turn), 1);
    this.#box.value ||= turn.question;
    slot.append(make("p", {}, failure), text("p", "quiet", ...standing(this.#words)));
  }

  #suggestions(reply, words) {
    const asking = reply.suggestions.map((one) => button("option", one, () => this.#ask(one)));
    return text("div", "options", make("p", {}, words.not_found_suggestions), ...asking);
  }

  #helpful(reply, words) {
    const { kind, level, quotes } = reply;
    const tell = (helpful, label) => {
      const told = button("", label, () => {
        if (group.querySelector("[aria-pressed=true]")) return;
        told.setAttribute("aria-pressed", "true");
        post("api/helpful", { helpful, kind, document: quotes[0]?.document ?? null, level }).catch(() => {});
        this.#tell(words.helpful_thanks);
      });
      told.setAttribute("aria-pressed", "false");
      return told;
    };
    const group = make("div", { className: "helpful", role: "group", "aria-label": words.helpful },
      make("span", {}, words.helpful), tell(true, words.helpful_yes), tell(false, words.helpful_no));
    return group;
  }

  // Shows a card above everything, or none; what was above becomes a part of the conversation.
  #raise(reply, slot, turn) {
    if (this.#above) this.#above.hidden = false;
    this.#above = reply && slot;
    this.#alert.replaceChildren();
    if (!reply) return;
    slot.hidden = true;
    const words = GIVEN.words[reply.language] ?? this.#words;
    this.#alert.lang = reply.language;
    this.#alert.append(card(reply, words, () => this.#leave(), () => this.#go_on(turn, slot)));
    if (reply.quick_exit) this.#exit.hidden = false;
    if (this.#opener) this.#open();
    // Off the box, so that a phone's keyboard makes room; onto no link, so that no key can dial.
    this.#view.scrollTop = 0;
    this.#alert.focus({ preventScroll: true });
    this.#bring(this.#alert, "start");
  }

  // Scrolls the widget's own view; the page around it only if nothing could be seen otherwise.
  #lead_to(asked) {
    if (this.#above) return;
    this.#view.scrollTop = asked.offsetTop - this.#standing.offsetHeight - 8;
    this.#bring(asked, "nearest");
  }

  #bring(shown, block) {
    const { top } = shown.getBoundingClientRect();
    if (top < 0 || top > innerHeight - 100) this.#root.scrollIntoView({ block });
  }
}

if (!customElements.get(NAME)) customElements.define(NAME, Faq);
