// What the chat page does in the browser beside Gradio. It stores nothing; what a visitor wrote is
// kept in this page's memory alone, and is sent nowhere but to the server's own screen.
"use strict";

{
  const root = document.documentElement;
  const all = (selector) => [...document.querySelectorAll(selector)];

  // Gradio names the browser's language on pages of any language; screen readers go by this.
  const language = document.currentScript.dataset.language;
  const name = () => root.lang === language || (root.lang = language);
  new MutationObserver(name).observe(root, { attributeFilter: ["lang"] });
  name();

  // The card: it stands above everything else, and does not wait in Gradio's queue.
  const LONGEST = 15_000; // bytes; the server takes 16 KiB
  const MOST = 40; // turns
  const card = () => document.getElementById("card");
  const has_card = () => card()?.hasChildNodes();
  const box = () => document.querySelector("#ask textarea");
  let turns = []; // what was written on this page: {text, is_danger}
  let asked = 0; // messages sent
  let waiting = 0; // for the screen
  let heard_again = 0; // the message that was screened twice
  let going_on = null; // the card in the conversation whose message is being answered, as text

  const body = () => JSON.stringify({ turns: turns.map((turn) => turn.text) });
  const fit = () => {
    while (turns.length > 1 && (turns.length > MOST || new Blob([body()]).size > LONGEST)) {
      // What told of danger is forgotten last.
      const oldest = turns.slice(0, -1).findIndex((turn) => !turn.is_danger);
      turns.splice(Math.max(oldest, 0), 1);
    }
  };

  const show_card = (html) => {
    const place = card();
    place.innerHTML = html; // our own texts and lines, nothing that a visitor wrote
    if (!html) return;
    if (place.querySelector(".leave")) all("#standing .leave").forEach((exit) => (exit.hidden = false));
    // Off the box, so that a phone's keyboard makes room; onto no link, so that no key can dial.
    place.focus({ preventScroll: true });
    scrollTo(0, 0);
  };

  const screen = async (turn) => {
    const mine = asked;
    let html = "";
    waiting += 1;
    try {
      const headers = { "Content-Type": "application/json" };
      const response = await fetch("/screen", { method: "POST", headers, body: body() });
      if (response.status === 200) html = await response.text();
      turn.is_danger = html !== "";
    } catch {
      // The conversation shows the card as well, a moment later.
    }
    waiting -= 1;
    if (mine === asked || html) show_card(html);
    show();
  };
  const hear = (text) => {
    const turn = { text, is_danger: false };
    going_on = null;
    asked += 1;
    turns.push(turn);
    fit();
    screen(turn);
  };
  // The conversation may know of danger that the screen did not see before its model was there.
  const hear_again = (last) => {
    if (!last?.matches(".card") || has_card() || waiting || heard_again === asked) return;
    heard_again = asked;
    if (turns.length) screen(turns.at(-1));
  };

  // The message gets its answer in spite of its card, which then makes room. Until the conversation
  // has the card as well, it knows of nothing to answer.
  const last_reply = () => all("#chat .reply").at(-1);
  const go_on = () => {
    if (going_on !== null || !last_reply()?.matches(".card")) return;
    going_on = last_reply().textContent;
    document.querySelector("#go-on").click();
  };
  const make_room = (last) => {
    if (going_on === null || !last || last.textContent === going_on) return;
    going_on = null;
    // By a model that was not there before, it may be an emergency.
    if (last.matches(".card")) screen(turns.at(-1));
    else show_card("");
  };

  const start_over = () => {
    turns = [];
    going_on = null;
    asked += 1;
    show_card("");
  };

  // At once, and not when the answer comes: by then the next message may be half written.
  const empty = (sent) => {
    if (box()?.value !== sent) return;
    box().value = "";
    box().dispatchEvent(new Event("input", { bubbles: true }));
  };

  // Every message passes here on its way to Gradio, however it was sent.
  const fetch = window.fetch.bind(window);
  const note = (address, options) => {
    const { pathname } = new URL(address.url ?? address, location);
    if (!pathname.endsWith("/queue/join") || typeof options?.body !== "string") return;
    const { data, event_data } = JSON.parse(options.body);
    const text = data[0] ?? event_data?.value;
    if (typeof text === "string" && text.trim()) {
      hear(text);
      empty(text);
    }
  };
  window.fetch = (...call) => {
    try {
      note(...call);
    } catch {
      // A message reaches Gradio whatever happens here.
    }
    return fetch(...call);
  };

  // Leaving at once: this page is replaced, so that "back" does not lead to it.
  const leave = () => {
    root.style.display = "none";
    location.replace(standing.dataset.exit);
  };
  let escaped = -Infinity;
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && all("#standing .leave:not([hidden])").length) {
      if (event.timeStamp - escaped < 2000) leave();
      escaped = event.timeStamp;
    }
    // Who goes on writing while a card appears writes on in the box.
    const is_writing = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey;
    if (is_writing && document.activeElement === card()) box()?.focus();
  });
  addEventListener("click", (event) => {
    const target = event.target.closest?.("button, a");
    if (target?.matches(".leave")) leave();
    if (target?.matches(".go-on")) box()?.focus();
    if (target?.matches(".crisis .go-on")) go_on();
    if (target?.matches(".helpful button")) tell(target);
    if (target?.matches("#ask .secondary")) start_over();
    // Gradio gives each link of the conversation a new tab, which a call has no use for.
    if (target?.matches('a[href^="tel:"], a[href^="sms:"]')) target.removeAttribute("target");
  }, true);

  const given = document.currentScript.dataset;

  // Whether a reply helped: its kind and level, its first quote's document, and nothing written.
  const tell = (button) => {
    const reply = button.closest(".reply");
    const [, kind, level] = reply.className.match(/^reply (\w+) level-(\w+)/);
    const source = reply.querySelector(".in-source a")?.pathname.split("/").at(-1);
    const quoted = source ? decodeURIComponent(source) : null;
    const told = { helpful: button.matches(".yes"), kind, level, document: quoted };
    const headers = { "Content-Type": "application/json" };
    fetch("/api/helpful", { method: "POST", headers, body: JSON.stringify(told) }).catch(() => {});
    // In the log of the conversation, and so read out; the keyboard goes on from the question.
    button.closest(".helpful").textContent = given.thanks;
    box()?.focus({ preventScroll: true });
  };

  // Gradio labels each message with its HTML, which a screen reader would spell out.
  const name_messages = () => {
    for (const message of all("#chat .message > [aria-label]")) {
      const is_question = message.closest(".user-row");
      message.setAttribute("role", "group");
      message.setAttribute("aria-label", is_question ? given.asked : given.answered);
    }
  };

  // What stands above as a card is not said again by the last reply, which is returned.
  const mark_shown_above = () => {
    const last = last_reply();
    for (const reply of all("#chat .reply.card")) {
      reply.classList.toggle("shown-above", has_card() && reply === last);
    }
    return last;
  };

  // What moves to the top of the window stops below the constant line, however high that is.
  const standing = document.getElementById("standing");
  const measure = () => root.style.setProperty("--standing", `${standing.offsetHeight}px`);
  new ResizeObserver(measure).observe(standing);

  // A new question moves to the top of the window, so that its answer is read from its first line;
  // an answer behind a card does so itself.
  let seen = "";
  const show = () => {
    name_messages();
    make_room(last_reply());
    hear_again(mark_shown_above());
    const questions = all("#chat .user-row");
    // Not by all its text: whether it helped is said in it later.
    const said = all("#chat .user-row, #chat .reply");
    const now = `${said.length} ${last_reply()?.querySelector("p")?.textContent}`;
    if (questions.length && now !== seen && !has_card()) {
      const is_behind_card = said.at(-2)?.matches(".reply");
      (is_behind_card ? last_reply() : questions.at(-1)).scrollIntoView();
    }
    seen = now;
  };
  new MutationObserver(show).observe(document.body, { childList: true, subtree: true });
}
