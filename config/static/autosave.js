/* Small forms that save themselves and lose no word; without this script they have a Save button.
   <form method="post" action="URL" hx-post="URL" hx-trigger="input changed delay:800ms, change, submit" hx-sync="this:queue last"
         hx-target="find [data-save]" data-autosave="{{ user.pk }}/WHAT, unique over all pages" autocomplete="off" novalidate>
     {% csrf_token %} … fields … <button class="btn btn-sm" data-save-button>Save</button>
     <div data-save role="status" data-saving="Saving…" data-failed="Not saved: …">{% include "_save_state.html" %}</div></form>
   The server answers htmx with _save_state.html alone: 200 saved, 422 with `problem`, 409 with `theirs` when `was` (what the form was
   loaded with) no longer stands. A value equal to the stored one is always saved. A form without [data-save] posts only when the
   person says so, for instance to add something: its words are kept here until the server took them. */
(() => {
  const FORMS = "form[data-autosave]";
  const key = form => `arete-words/${form.dataset.autosave}`;
  const boxOf = form => form.querySelector("[data-save]");
  const all = root => [...(root.matches?.(FORMS) ? [root] : []), ...root.querySelectorAll(FORMS)];
  const wordsIn = form => JSON.stringify([...new FormData(form)].filter(([name]) => !/^(was|csrfmiddlewaretoken)$/.test(name)));
  const sent = new WeakMap();
  /* A store that is full or closed costs nothing but the last second. */
  const store = act => { try { return act(); } catch { return null; } };
  const kept = form => store(() => JSON.parse(localStorage.getItem(key(form))));
  const drop = form => store(() => localStorage.removeItem(key(form)));
  const keep = form => store(() => localStorage.setItem(key(form), JSON.stringify({ words: wordsIn(form), was: form.elements.was?.value, sent: sent.get(form) })));
  const say = (form, word) => { const text = form.querySelector("[data-save] .txt"); if (text) text.textContent = boxOf(form).dataset[word]; };
  const isState = answer => answer.includes('name="was"');
  const local = () => document.querySelectorAll("time[data-local]").forEach(time => { time.textContent = new Date(time.dateTime).toTimeString().slice(0, 5); });

  const fill = (form, fields) => {
    for (const control of form.elements) {
      if (!control.name || /^(hidden|submit|button|file)$/.test(control.type)) continue;
      const values = fields.filter(([name]) => name === control.name).map(([, value]) => value);
      if (/radio|checkbox/.test(control.type)) control.checked = values.includes(control.value);
      else control.value = values.at(-1) ?? "";
    }
  };

  document.documentElement.dataset.savesItself = "";
  /* What this device has and the server has not is put back and sent; the server decides whether it still fits. */
  const restore = form => {
    const [row, served] = [kept(form), wordsIn(form)];
    /* Words that were refused stand in the page that says so, and are still nowhere else. */
    if (!row || row.words === served) return boxOf(form) && drop(form);
    fill(form, JSON.parse(row.words));
    if (row.was && row.sent !== served) form.elements.was.value = row.was;
    return boxOf(form) && setTimeout(() => htmx.trigger(form, "submit"));
  };

  const on = (name, act) => document.addEventListener(`htmx:${name}`, ({ detail }) => { if (detail.requestConfig.elt.matches(FORMS)) act(detail.requestConfig.elt, detail); });
  on("beforeRequest", form => { sent.set(form, wordsIn(form)); if (kept(form)) keep(form); });
  on("beforeSwap", (form, detail) => {
    if (detail.xhr.status === 409) Object.assign(detail, { shouldSwap: true, isError: false });
    /* After a redirect to the door there is a page, not an answer. */
    if (boxOf(form) && !isState(detail.serverResponse)) detail.shouldSwap = false;
  });
  on("afterRequest", (form, { xhr }) => {
    const isAnswer = boxOf(form) ? isState(xhr.responseText) : xhr.status < 500;
    if (isAnswer && xhr.status >= 200 && xhr.status < 300) {
      if (wordsIn(form) === sent.get(form)) return drop(form);
      /* More was typed since, and is on its way. */
      keep(form);
      return say(form, "saving");
    }
    if (isAnswer || !boxOf(form)) return null;
    say(form, "failed");
    return setTimeout(() => form.isConnected && kept(form) && htmx.trigger(form, "submit"), 5000);
  });
  /* After what the answer says of the form that was sent: words that were taken are not put back. */
  document.addEventListener("htmx:load", ({ target }) => queueMicrotask(() => { all(target).forEach(restore); local(); }));
  document.addEventListener("htmx:afterSwap", local);
  document.addEventListener("input", event => { const form = event.target.closest(FORMS); if (form) { keep(form); say(form, "saving"); } });
  document.addEventListener("click", event => {
    const take = event.target.closest("[data-take]");
    if (take) { event.preventDefault(); drop(take.closest(FORMS)); location.reload(); }
  });
  /* The last second goes to the server too; should it not arrive, the words are still here. */
  addEventListener("pagehide", () => all(document).filter(form => boxOf(form) && kept(form)).forEach(form => { sent.set(form, wordsIn(form)); keep(form); navigator.sendBeacon(form.action, new FormData(form)); }));
  addEventListener("pageshow", event => { if (event.persisted) location.reload(); });
})();
