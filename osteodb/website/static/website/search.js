// Suggestions under every search box, as an ARIA combobox. Without this file the box is a plain form.
"use strict";

(() => {
  const WAIT = 150;
  const SHORTEST = 2;

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function option(suggestion, id) {
    const item = element("li");
    item.id = id;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.append(element("span", "suggestion-label", suggestion.label));
    item.append(element("span", "suggestion-kind", suggestion.kind));
    if (suggestion.note) item.append(element("span", "suggestion-note", suggestion.note));
    return item;
  }

  function enhance(form, number) {
    const box = form.querySelector("input[name=q]");
    if (!box) return;
    const list = element("ul", "suggestions");
    const status = element("span", "visually-hidden");
    const address = new URL("suggest/", new URL(form.action, document.baseURI));
    let suggestions = [];
    let active = -1;
    let timer = 0;
    let asking = null;

    list.id = `suggestions-${number}`;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Suggestions");
    status.setAttribute("role", "status");
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-expanded", "false");
    box.setAttribute("aria-controls", list.id);
    form.append(list, status);

    function activate(index) {
      if (active >= 0) list.children[active].setAttribute("aria-selected", "false");
      active = index;
      if (active < 0) {
        box.removeAttribute("aria-activedescendant");
        return;
      }
      const chosen = list.children[active];
      chosen.setAttribute("aria-selected", "true");
      chosen.scrollIntoView({ block: "nearest" });
      box.setAttribute("aria-activedescendant", chosen.id);
    }

    function open() {
      if (!suggestions.length) return;
      list.hidden = false;
      box.setAttribute("aria-expanded", "true");
    }

    function close() {
      activate(-1);
      list.hidden = true;
      box.setAttribute("aria-expanded", "false");
    }

    function forget() {
      clearTimeout(timer);
      if (asking) asking.abort();
      asking = null;
    }

    function show(found) {
      close();
      suggestions = found;
      list.replaceChildren(...found.map((one, at) => option(one, `${list.id}-${at}`)));
      const count = found.length === 1 ? "1 suggestion" : `${found.length || "No"} suggestions`;
      status.textContent = found.length ? `${count}; arrows choose one.` : `${count}.`;
      open();
    }

    async function ask(question) {
      const mine = new AbortController();
      asking = mine;
      address.search = new URLSearchParams({ q: question }).toString();
      try {
        const answer = await fetch(address, { signal: mine.signal, headers: { Accept: "application/json" } });
        if (!answer.ok) return;
        const found = (await answer.json()).suggestions;
        if (asking === mine && document.activeElement === box) show(found);
      } catch {
        // Aborted, or the network is gone: the form itself still works.
      }
    }

    function typed() {
      forget();
      const question = box.value.trim();
      if (question.length < SHORTEST) {
        suggestions = [];
        status.textContent = "";
        close();
        return;
      }
      timer = setTimeout(() => ask(question), WAIT);
    }

    function go(index) {
      forget();
      window.location.assign(suggestions[index].url);
    }

    function step(by) {
      if (list.hidden) open();
      if (list.hidden) return;
      const last = suggestions.length - 1;
      let next = active + by;
      if (next > last || next < -1) next = by > 0 ? -1 : last;
      activate(next);
    }

    const keys = {
      ArrowDown: () => step(1),
      ArrowUp: () => step(-1),
      Home: () => active >= 0 && activate(0),
      End: () => active >= 0 && activate(suggestions.length - 1),
      Enter: () => active >= 0 && go(active),
      Escape: () => {
        if (list.hidden) return false;
        close();
        return true;
      },
    };

    box.addEventListener("input", typed);
    box.addEventListener("keydown", (event) => {
      if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const action = keys[event.key];
      if (!action) return;
      const done = action();
      if (done !== false && (event.key.startsWith("Arrow") || active >= 0 || done)) event.preventDefault();
    });
    box.addEventListener("focus", () => box.value.trim().length >= SHORTEST && suggestions.length && open());
    box.addEventListener("blur", () => {
      forget();
      close();
    });
    form.addEventListener("submit", forget);
    // The box keeps the focus while the mouse or a finger is on the list.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) go([...list.children].indexOf(item));
    });
  }

  document.querySelectorAll("form.search").forEach(enhance);
})();
