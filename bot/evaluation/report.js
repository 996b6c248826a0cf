// Shows the failed turns that have a tag, a failed check and some words. Without this all are shown.
"use strict";

const filter = document.getElementById("filter");

if (filter) {
  const [tag, check, words, shown] = ["by-tag", "by-check", "by-words", "shown"].map((id) =>
    document.getElementById(id),
  );
  const failures = [...document.querySelectorAll("article[data-tags]")].map((article) => ({
    article,
    tags: JSON.parse(article.dataset.tags),
    checks: JSON.parse(article.dataset.checks),
    text: article.textContent.toLowerCase().replace(/\s+/g, " "),
  }));

  const isWanted = (failure) =>
    (!tag.value || failure.tags.includes(tag.value)) &&
    (!check.value || failure.checks.includes(check.value)) &&
    failure.text.includes(words.value.trim().toLowerCase().replace(/\s+/g, " "));

  const show = () => {
    let count = 0;
    for (const failure of failures) {
      failure.article.hidden = !isWanted(failure);
      count += failure.article.hidden ? 0 : 1;
    }
    shown.textContent = `${count} of ${failures.length} failed turns are shown.`;
  };

  filter.addEventListener("input", show);
  filter.querySelector("button").addEventListener("click", () => {
    for (const control of [tag, check, words]) control.value = "";
    show();
    words.focus();
  });
  filter.hidden = false;
}

// On paper a run must say what ran; closed details are not printed.
addEventListener("beforeprint", () => {
  document.getElementById("ran").open = true;
});
