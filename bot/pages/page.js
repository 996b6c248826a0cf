// What the chat page does in the browser beside Gradio. It stores and sends nothing.
"use strict";

{
  // Gradio names the browser's language on pages of any language; screen readers go by this.
  const language = document.currentScript.dataset.language;
  const root = document.documentElement;
  const name = () => root.lang === language || (root.lang = language);
  new MutationObserver(name).observe(root, { attributeFilter: ["lang"] });
  name();

  // A new question moves to the top of the window, so that its answer is read from its first line.
  let seen = "";
  const show = () => {
    const questions = document.querySelectorAll("#chat .user-row");
    const replies = document.querySelectorAll("#chat .reply");
    const now = questions.length + " " + (replies.length && replies[replies.length - 1].textContent);
    if (questions.length && now !== seen) questions[questions.length - 1].scrollIntoView();
    seen = now;
  };
  new MutationObserver(show).observe(document.body, { childList: true, subtree: true });
}
