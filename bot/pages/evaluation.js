// Shows how far a run is; without this, the page is reloaded now and then.
"use strict";

const EVERY = 1000; // milliseconds
const run = document.getElementById("run");
const said = document.getElementById("said");

async function fetched(address) {
  const response = await fetch(address, { cache: "no-store" });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response;
}

// The page as it is after the run, put in place of what was shown: no reading position is lost.
async function settle() {
  const page = await (await fetched(location.href)).text();
  const found = new DOMParser().parseFromString(page, "text/html");
  const hadFocus = run.contains(document.activeElement);
  run.replaceChildren(...found.getElementById("run").childNodes);
  said.textContent = found.getElementById("said").textContent;
  if (hadFocus) document.getElementById("title").focus();
}

async function look() {
  const status = await (await fetched(run.dataset.status)).json();
  if (status.state !== "running") return settle();
  const bar = run.querySelector("progress");
  if (status.turns) {
    bar.max = status.turns;
    bar.value = status.done;
  }
  // Read aloud, so only when there is something new.
  if (said.textContent !== status.text) said.textContent = status.text;
  setTimeout(again, EVERY);
}

// A server that restarts is waited for.
function again() {
  look().catch(() => setTimeout(again, 5 * EVERY));
}

again();
