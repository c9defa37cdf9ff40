/* Labels that the server refused: never dropped, the words at hand, with a way to go on. */
import { $ } from "./dom.js";
import * as drafts from "./drafts.js";
import * as outbox from "./outbox.js";

const box = $("#attention");
const wordsOf = entry => ["rationale", "rewrite", "note"].map(name => entry.fields.find(field => field[0] === name)?.[1]).filter(Boolean).join("\n\n");
let [refused, bring] = [[], null];

/* Shows the first of them; `open` shows what the server has at an address, and says whether it could. */
export const attend = (entries, open) => {
  [refused, bring] = [entries, open];
  box.hidden = !refused.length;
  if (!refused.length) return;
  $("[data-problem]", box).textContent = refused[0].problem;
  $("[data-words]", box).textContent = wordsOf(refused[0]);
  $("[data-reopen]", box).hidden = /404|410/.test(refused[0].status);
  $("[data-copy]", box).hidden = !navigator.clipboard;
};

const ACTS = {
  /* The words move from the outbox into the draft of what the server has now; only then does the entry go. */
  reopen: async entry => {
    if (!await bring(entry.url.replace(/submit$/, ""), { isBack: true })) return;
    drafts.fill(drafts.answersIn(entry.fields));
    await drafts.keep();
    outbox.take(entry.id);
  },
  retry: entry => outbox.retry(entry.id),
  copy: async (entry, button) => {
    await navigator.clipboard.writeText(wordsOf(entry));
    button.textContent = button.dataset.copied;
  },
  discard: (entry, button) => {
    if (button.dataset.asked === entry.id) return outbox.take(entry.id);
    button.dataset.asked = entry.id;
    button.textContent = button.dataset.sure;
    return null;
  },
};

box.addEventListener("click", event => {
  const button = event.target.closest("button");
  const act = button && Object.keys(ACTS).find(name => name in button.dataset);
  if (act && refused.length) ACTS[act](refused[0], button);
});
