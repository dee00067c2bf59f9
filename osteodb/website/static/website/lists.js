// Comfort only: lists work without this file. With it only the list changes when a filter, an order
// or a page is chosen; what was unfolded stays unfolded, the focus stays where it was, and the new
// number of rows is told.
"use strict";

(() => {
  const folds = () => [...document.querySelectorAll("#list details[id]")];
  let unfolded = new Map();

  document.addEventListener("htmx:configRequest", (event) => {
    const form = event.detail.formData;
    for (const name of new Set(form.keys())) {
      const given = form.getAll(name).filter((value) => value !== "");
      form.delete(name);
      given.forEach((value) => form.append(name, value));
    }
  });

  document.addEventListener("htmx:beforeSwap", () => {
    unfolded = new Map(folds().map((fold) => [fold.id, fold.open]));
  });

  document.addEventListener("htmx:afterSwap", () => {
    folds().forEach((fold) => {
      if (unfolded.has(fold.id)) fold.open = unfolded.get(fold.id);
    });
  });

  const tell = () => {
    const count = document.getElementById("result-count");
    document.getElementById("list-news").textContent = count ? count.textContent : "";
    if (!document.activeElement || document.activeElement === document.body) {
      (count || document.getElementById("list")).focus({ preventScroll: true });
    }
  };
  document.addEventListener("htmx:afterSettle", tell);
  document.addEventListener("htmx:historyRestore", tell);

  // What cannot be shown in place is opened as a page, which says what is wrong.
  const open = (event) => window.location.assign(event.detail.pathInfo.finalRequestPath);
  document.addEventListener("htmx:responseError", open);
  document.addEventListener("htmx:sendError", open);
  document.addEventListener("htmx:historyCacheMissLoadError", () => window.location.reload());
})();
