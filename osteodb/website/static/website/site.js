// Comfort only: every page works without this file.
"use strict";

// "/" goes to the search box.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = document.querySelector("main input[type=search]") || document.querySelector("input[type=search]");
  if (box) {
    event.preventDefault();
    box.focus();
    box.select();
  }
});

// Of the pages of a section, the one that is open is in view on a phone.
const row = document.querySelector(".sub-nav");
const here = row?.querySelector("[aria-current]");
if (here) row.scrollLeft = here.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;

// A word of the glossary tells its meaning on the page instead of leading away.
const help = {
  card: null,
  from: null,

  open(link) {
    this.close();
    const abbr = link.querySelector("abbr[title]");
    const card = document.createElement("div");
    card.className = "term-card";
    card.tabIndex = -1;
    card.setAttribute("role", "dialog");
    card.setAttribute("aria-label", "What this word means");
    const word = document.createElement("b");
    word.textContent = abbr.textContent;
    const words = document.createElement("p");
    words.textContent = abbr.title;
    const actions = document.createElement("p");
    actions.className = "actions";
    const more = document.createElement("a");
    more.href = link.href;
    more.textContent = "In the glossary";
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "Close";
    close.addEventListener("click", () => this.close());
    actions.append(more, close);
    card.append(word, words, actions);
    document.querySelector("main").append(card);
    card.focus();
    this.card = card;
    this.from = link;
  },

  close() {
    if (!this.card) return;
    this.card.remove();
    this.card = null;
    this.from.focus();
  },
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.term");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  help.open(link);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") help.close();
});

// A part of the page that is fetched anew says so to a screen reader too.
document.addEventListener("htmx:beforeRequest", (event) => event.detail.target.setAttribute("aria-busy", "true"));
document.addEventListener("htmx:afterRequest", (event) => event.detail.target.removeAttribute("aria-busy"));
