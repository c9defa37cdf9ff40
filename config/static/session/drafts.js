/* Drafts: on this device at each change, on the server within a second. The newer of the two wins; where both changed,
   the person is asked. A draft's row also holds the one submission id of its item, for all tabs and reloads. */
import { setCitations } from "./cite.js";
import { $, form, stage } from "./dom.js";
import { refresh } from "./judge.js";
import { change, inStore } from "./store.js";
import { ask, person } from "./wire.js";

const KEPT = /^(p|bad|na|m|why|r|place)_|^(cite|rationale|note|confidence|cut|rewrite|rewrite_of|reasons|harm)$/;
const DELAY_MS = 800;
const PATIENCE_MS = 2000;
let [draft, timer, isSending, isAsked] = [null, 0, false, false];
export const keyOf = entry => `${person}/${entry.assignment}/${entry.revision}`;
export const answersIn = fields => fields.filter(([name]) => KEPT.test(name));
const posted = () => [...new FormData(form())];

/* Equal for the same answers, whatever their order and line ends. */
const digest = fields => JSON.stringify(fields.map(([name, value]) => [name, value.replace(/\r\n?/g, "\n").trim()]).filter(([, value]) => value).map(String).sort());
const say = (word, at) => {
  const state = $("[data-save]");
  const time = at ? ` ${at.toTimeString().slice(0, 5)}` : "";
  $(".txt", state).textContent = word ? state.dataset[word] + time : "";
};

export const fill = fields => {
  const given = name => fields.filter(field => field[0] === name).map(field => field[1]);
  for (const control of form().elements) {
    if (!KEPT.test(control.name) || control.name === "cite") continue;
    if (/radio|checkbox/.test(control.type)) control.checked = given(control.name).includes(control.value);
    else control.value = given(control.name).at(-1) ?? "";
  }
  setCitations(given("cite"));
  refresh();
};

const store = row => change("drafts", row.key, () => row).catch(() => say("lost"));

/* Called as soon as an item comes on the screen, when its form holds what the server has. */
export const open = async () => {
  const node = stage();
  const served = answersIn(posted());
  const fresh = { key: keyOf(node.dataset), person, submission: $("[name=submission_id]").value, fields: served, base: digest(served) };
  draft = null;
  const found = await change("drafts", fresh.key, kept => kept ?? fresh).catch(() => fresh);
  if (node !== stage()) return;
  draft = found;
  $("[name=submission_id]").value = draft.submission;
  const saved = node.dataset.draftSaved;
  say(saved && "saved", saved && new Date(saved));
  if (!node.dataset.seen) await reconcile(served);
  node.dataset.seen = "1";
  /* Who is quick has typed before this browser's store was open. */
  if (digest(answersIn(posted())) !== digest(draft.fields)) keep();
};

const reconcile = async served => {
  const [there, here] = [digest(served), digest(draft.fields)];
  const isNewer = there === draft.base || there === draft.sent;
  const base = draft.base;
  draft.base = there;
  if (here === there) return;
  if (isNewer || (here !== base && await isMine(served))) {
    fill(draft.fields);
    keep();
  } else {
    draft.fields = served;
    store(draft);
  }
};

const wordsIn = fields => fields.find(([name]) => name === "rationale")?.[1] || "–";
const isMine = theirs => new Promise(resolve => {
  const both = $("#both");
  $("[data-mine]", both).textContent = wordsIn(draft.fields);
  $("[data-theirs]", both).textContent = wordsIn(theirs);
  both.oncancel = event => event.preventDefault();
  both.onclose = () => resolve(both.returnValue !== "theirs");
  both.showModal();
});

/* Resolves once the device has it. */
export const keep = async () => {
  if (!draft) return;
  draft.fields = answersIn(posted());
  say("saving");
  timer ||= setTimeout(push, DELAY_MS);
  await store(draft);
};

/* Sends a draft, and remembers what the server has of it. */
const send = async (sent, options) => {
  const base = sent.sent = digest(sent.fields);
  const stored = store(sent);
  const answer = await ask(stage().dataset.draft, { fields: posted(), ...options }).catch(() => null);
  await stored;
  if (!answer?.ok) return answer;
  sent.base = base;
  change("drafts", sent.key, kept => kept && { ...kept, base }).catch(() => {});
  return answer;
};

const push = async leaving => {
  clearTimeout(timer);
  timer = 0;
  isAsked = isSending && Boolean(draft);
  if (isSending || !draft) return;
  isSending = true;
  const sent = draft;
  const answer = await send(sent, { leaving: leaving === true });
  isSending = false;
  if (sent === draft && !timer) say(answer?.ok ? "saved" : "kept", answer?.ok && new Date());
  if (isAsked) push();
};

/* What the server finds contradictory in the answers; nothing when it can't be asked just now. */
export const doubts = async () => {
  const answer = draft && await send(draft, { patience: PATIENCE_MS });
  return answer?.ok ? (await answer.json()).doubts : [];
};

/* The item left the screen: what is typed from here on is another's. */
export const close = () => {
  clearTimeout(timer);
  timer = 0;
  draft = null;
  say("");
};

export const drop = key => inStore("drafts", "readwrite", rows => rows.delete(key)).catch(() => {});

document.addEventListener("input", event => { if (event.target.closest("#workbench")) keep(); });
addEventListener("pagehide", () => { if (timer) push(true); });
