// What the widget shows, as elements: human lines, quotes with where they stand, the card. Nothing
// here knows of the conversation. Every text becomes a text node and is never read as HTML.

const server = document.currentScript.src;

const make = (tag, properties, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child));
  return made;
};
const text = (tag, className, ...children) => make(tag, { className }, ...children);
const button = (className, label, onclick) =>
  make("button", { type: "button", className, onclick }, label);
const link = (href, ...shown) =>
  // A call or a message needs no tab of its own.
  make("a", /^https?:/.test(href) ? { href, target: "_blank", rel: "noopener noreferrer" } : { href }, ...shown);
const spoken = (label) => text("span", "spoken", label);

// Human lines, read as bot/pages/helplines.py reads them

const tel = (call) =>
  /^[*+]?\d[\d ()-]*\d$/.test(call ?? "") ? `tel:${call.replace(/[^*+0-9]/g, "")}` : null;
const sms = (written) => {
  const [, number, keyword] = /^([\d -]+?)(?: \((\w+)\))?$/.exec(written ?? "") ?? [];
  if (!number) return null;
  return `sms:${number.replace(/[ -]/g, "")}${keyword ? `?&body=${keyword}` : ""}`;
};
const https = (chat) => (chat?.startsWith("https://") ? chat : null);
const can_be_touched = (line) => tel(line.call) || sms(line.text) || https(line.chat);

const way = (label, number, href) => {
  const shown = [label && `${label} `, text("span", "number", number)].filter(Boolean);
  return text("span", "way", ...(href ? [link(href, ...shown)] : shown));
};
const helpline = (line, words) =>
  make("li", {},
    make("strong", {}, line.name),
    line.call && way(words.call, line.call, tel(line.call)),
    line.text && way(words.text, line.text, sms(line.text)),
    line.chat && way(words.chat, line.chat.replace("https://", ""), https(line.chat)),
    line.hours && text("span", "quiet", line.hours));
const helplines = (lines, words) =>
  lines.length ? text("ul", "lines", ...lines.map((line) => helpline(line, words))) : null;
const standing = (words) =>
  words.standing.map(([shown, href]) => (href ? link(href, shown) : document.createTextNode(shown)));

// Replies

const paragraphs = (message) => message.split("\n\n").map((part) => make("p", {}, part));
const joined = (points) => points.join("").replace(/\s*[\r\n]+\s*/g, " ");

// Offsets count code points, which a string of JavaScript does not.
const passage = ({ text: words, lines, highlight }) => {
  const points = [...words];
  const marked = highlight ?? [0, points.length];
  const shown = lines.length ? lines : [[0, points.length]];
  return shown.map(([start, end]) => {
    const [first, last] = marked.map((at) => Math.min(Math.max(at, start), end));
    const inside = joined(points.slice(first, last));
    return make("p", {},
      joined(points.slice(start, first)),
      inside && make("mark", {}, inside),
      joined(points.slice(last, end)));
  });
};

const day = (reviewed, language) =>
  new Date(`${reviewed}T00:00Z`).toLocaleDateString(language, { dateStyle: "long", timeZone: "UTC" });

const place = (quote, words, language) => {
  const is_ours = quote.origin === "handbook";
  return [
    make("cite", {}, quote.title),
    quote.publisher ?? (is_ours ? words.handbook : words.unnamed_page),
    quote.reviewed && words.reviewed.replace("{date}", day(quote.reviewed, language)),
    is_ours && !quote.reviewed && words.not_reviewed,
    quote.is_other_provider && make("strong", {}, words.other_provider),
    quote.section && `${words.section}: ${quote.section}`,
  ].filter(Boolean).flatMap((part, at) => (at ? [" · ", part] : [part]));
};

const source = (quote, language) => {
  const at = `quote=${quote.start}-${quote.end}&lang=${language}`;
  return new URL(`source/${encodeURIComponent(quote.document)}?${at}#quote`, server).href;
};

const quotation = (quote, reply, words) => {
  // The bot says so where the documents are in another language than the reply.
  const lang = words.english_only && reply.message === words.english_only ? "en" : reply.language;
  return text("div", "quote",
    quote.side && text("p", "side", quote.side),
    quote.context && text("p", "quiet", `${words.context} `, make("q", { lang }, joined([quote.context]))),
    make("blockquote", { lang }, ...passage(quote)),
    text("p", "source", ...place(quote, words, reply.language)),
    text("p", "to-source",
      link(source(quote, reply.language), words.in_source, spoken(` · ${quote.title} (${words.new_tab})`))),
    quote.note && text("p", "qualified", make("strong", {}, `${words.note} `), quote.note));
};

const contact = ({ clinic, phone, email, page }, words) => {
  const ways = [
    phone && way(null, phone, tel(phone)),
    email && link(`mailto:${email}`, email),
    page && (/^https?:/.test(page) ? link(page, page) : page),
  ].filter(Boolean);
  return make("p", {}, `${words.contact} `, clinic && make("strong", {}, `${clinic} · `),
    ...ways.flatMap((one, at) => (at ? [" · ", one] : [one])));
};

const human = (reply, words) => {
  const beside = reply.quotes.map((quote) => quote.note);
  const notes = reply.notes.filter((note) => !beside.includes(note));
  return [...notes.map((note) => text("p", "quiet", note)), helplines(reply.helplines, words)];
};

const answer = (reply, words) => {
  const said = [
    ...paragraphs(reply.message),
    reply.looked_for && text("p", "quiet", words.looked_for.replace("{question}", () => reply.looked_for)),
    reply.contact && contact(reply.contact, words),
    ...reply.quotes.map((quote) => quotation(quote, reply, words)),
  ];
  // What was said earlier comes before the answer, what a topic only touches after it.
  const is_after = reply.notes.some((note) => words.concern_after.includes(note));
  return is_after ? [...human(reply, words), ...said] : [...said, ...human(reply, words)];
};

// The acknowledgement, at once the first line that can be touched, then everything else.
const card = (reply, words, leave, go_on) => {
  const [lead, ...rest] = paragraphs(reply.message);
  const at = reply.helplines.findIndex(can_be_touched) + 1 || reply.helplines.length;
  const others = helplines(reply.helplines.slice(at), words);
  lead.className = "lead";
  return text("div", "card", lead,
    text("div", "first", helplines(reply.helplines.slice(0, at), words)),
    reply.quick_exit && button("leave", words.leave, leave),
    ...rest,
    others && text("p", "lines-title", words.helplines_title), others,
    button("go-on", reply.level === "crisis" ? words.go_on : words.ask_on, go_on));
};
