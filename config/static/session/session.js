/* The labeling session: shows one item after the other without waiting for the network. */
import "../app.js";
import { attend } from "./attention.js";
import { mark } from "./cite.js";
import { $, $$, copyOf, form, make, stage, toast } from "./dom.js";
import * as drafts from "./drafts.js";
import { activeJudge, isComplete, move, refresh } from "./judge.js";
import * as outbox from "./outbox.js";
import * as time from "./time.js";
import { ask, askStage } from "./wire.js";
import "./grades.js";
import "./keys.js";
import "./rank.js";
import "./rewrite.js";

const DOUBLE_CLICK_MS = 500;
const SLOW_MS = 400;
const LOOK_AGAIN_MS = 60000;
const HEARTBEAT_MS = 300000;
const ahead = $("#next").content;
const unlessLost = promise => promise.catch(() => null);
let [undoUrl, last, shownAt, timers] = [$("[data-undo]")?.href, null, 0, []];
let [isAdvancing, isFetching] = [false, false];
const soon = (work, ms) => timers.push(setTimeout(work, ms));
const isSame = (entry, node) => entry.assignment === node.dataset.assignment && entry.revision === node.dataset.revision;
const waiting = async () => ((await unlessLost(outbox.entries())) ?? []).filter(entry => !entry.problem);

const show = (node, { isBack } = {}) => {
  const versions = node.dataset.versions;
  if (versions && versions !== $("#guidelines").dataset.versions) return location.assign(node.dataset.url);
  const before = stage();
  const isNew = node.dataset.assignment || node.dataset.state !== before.dataset.state;
  before.dataset.spent = time.elapsed();
  drafts.close();
  $("#toasts").replaceChildren();
  $("#saved")?.remove();
  before.replaceWith(node);
  before.inert = node.inert = false;
  if (isBack && before.dataset.assignment) ahead.prepend(before);
  if (isNew) scrollTo(0, 0);
  if (isNew) ($("#gate-h") ?? $("#none") ?? $("#main")).focus({ preventScroll: true });
  return begin();
};

const begin = async () => {
  const node = stage();
  timers.forEach(clearTimeout);
  timers = [];
  shownAt = performance.now();
  time.start(Number(node.dataset.spent ?? 0));
  if (!node.dataset.assignment) return soon(advance, node.dataset.state === "waiting" ? 5000 : LOOK_AGAIN_MS);
  soon(prefetch, 1000);
  if (node.dataset.state !== "item") return null;
  soon(beat, 1000);
  timers.push(setInterval(beat, HEARTBEAT_MS));
  setUndo(undoUrl);
  refresh();
  mark();
  const opened = drafts.open();
  if ((await waiting()).some(entry => isSame(entry, node))) return advance();
  return opened;
};

const askNext = async () => {
  const shown = [stage(), ...ahead.children].map(node => node.dataset.assignment);
  const sent = ((await unlessLost(outbox.entries())) ?? []).map(entry => entry.assignment);
  const have = new URLSearchParams([...shown, ...sent].filter(Boolean).map(id => ["have", id]));
  return unlessLost(askStage(`${document.body.dataset.next}?${have}`));
};

/* Shows what the server has at an address, and says whether it could. */
const bring = async (url, { fields, isBack } = {}) => {
  const found = await unlessLost(askStage(url, fields));
  if (!found) toast("unreachable");
  else await show(found, { isBack });
  return Boolean(found);
};

/* Leases the next item while the person reads this one. A gated one comes as its gate. */
const prefetch = async () => {
  if (isFetching || ahead.firstElementChild) return;
  isFetching = true;
  const found = await askNext();
  isFetching = false;
  if (found?.dataset.assignment && found.dataset.assignment !== stage().dataset.assignment) ahead.append(found);
};

const advance = async () => {
  const ready = ahead.firstElementChild;
  if (ready) return show(ready);
  if (isAdvancing) return null;
  isAdvancing = true;
  const before = stage();
  const wait = () => { if (stage() === before && before.dataset.assignment) show(copyOf("#waiting")); };
  before.inert = Boolean(before.dataset.assignment);
  const slow = setTimeout(wait, SLOW_MS);
  const found = await outbox.send().then(askNext);
  clearTimeout(slow);
  isAdvancing = false;
  if (stage() !== before && stage().dataset.assignment) return null;
  if (found) return show(found);
  wait();
  return soon(advance, 5000);
};

const resume = () => { if (stage().dataset.assignment) prefetch(); else advance(); };

/* Answers that contradict each other are asked about, once the server has found them, and never refused. */
const areMeant = async () => {
  const found = "compares" in form().dataset ? await drafts.doubts() : [];
  if (!found.length) return true;
  const box = $("#doubts");
  $("ul", box).replaceChildren(...found.map(textContent => make("li", { textContent })));
  box.returnValue = "change";
  box.showModal();
  await new Promise(resolve => { box.onclose = resolve; });
  return box.returnValue === "keep";
};

const submit = async () => {
  const node = stage();
  if (node.inert || performance.now() - shownAt < DOUBLE_CLICK_MS || !isComplete()) return;
  node.inert = true;
  const isMeant = await areMeant();
  if (node !== stage()) return;
  if (!isMeant) {
    node.inert = false;
    move(0);
    return;
  }
  $("[name=elapsed_ms]").value = time.elapsed();
  const { assignment, revision } = node.dataset;
  last = { id: $("[name=submission_id]").value, node };
  try {
    await outbox.put({ id: last.id, assignment, revision, url: form().action, fields: [...new FormData(form()), ["confirmed", "1"]] });
    advance();
  } catch {
    toast("unstored");
    form().submit();
  }
};

const saved = (entry, answer) => {
  drafts.drop(drafts.keyOf(entry));
  setUndo(answer.url);
  const counts = [answer.done, answer.total];
  $("#progress-text").textContent = $("#progress-text").textContent.replace(/\d[\d.,]*/g, () => counts.shift());
  const percent = Math.min(100, Math.floor((answer.done * 100) / (answer.total || 1)));
  $("#progress").ariaValueNow = percent;
  $("#progress > span").style.inlineSize = `${percent}%`;
  if (answer.reference) toast("compare", () => open(answer.reference), "see");
  else toast(answer.late ? "late" : "saved", undo);
  resume();
};

const setUndo = url => {
  undoUrl = url;
  const link = $("[data-undo]");
  if (link && url) Object.assign(link, { href: url, ariaDisabled: null });
};

/* Reopens the last label: from the outbox while it waits there, else from the server as a new revision. */
const undo = async () => {
  const newest = (await waiting()).at(-1);
  if (newest && newest.id === last?.id && await outbox.take(newest.id)) return show(last.node, { isBack: true });
  if (!undoUrl || new URL(undoUrl, location).pathname === stage().dataset.url) return null;
  return bring(undoUrl, { isBack: true });
};

const skip = async target => {
  const fields = [...new FormData(target)];
  const answer = await unlessLost(ask(target.action, { fields }));
  if (!answer?.ok) return toast("unreachable");
  /* What was fetched ahead may carry a note that the person just opted out of; the server has given it back. */
  if (fields.some(([name]) => name === "avoid")) ahead.replaceChildren();
  drafts.drop(drafts.keyOf(stage().dataset));
  return advance();
};

const flag = async button => {
  const paint = on => Object.assign(button, { ariaPressed: String(on), value: on ? "0" : "1" });
  const raised = button.value;
  paint(raised === "1");
  if ((await unlessLost(ask(button.formAction, { fields: [["raised", raised]] })))?.ok) return;
  paint(raised !== "1");
  toast("unreachable");
};

/* Opens the guidelines at the trait that is being judged. */
const consult = () => {
  const tab = $(`#guidelines .tabs [href="#def-${activeJudge()?.dataset.trait}"]`);
  $$("#guidelines .tabs a").forEach(each => { each.ariaCurrent = each === tab ? "true" : null; });
  if (tab?.previousElementSibling) $(tab.hash).scrollIntoView();
};

const setLayout = ({ value }) => window.arete.remember("layout", document.body.dataset.layout = value);

const ACTS = { workbench: submit, "skip-form": skip, "open-form": target => bring(target.action, { fields: [] }) };
const CLICKS = { "[data-undo]": undo, "[data-try-now]": outbox.send, '[data-toggle="#guidelines"]': consult, "[data-layout-set]": setLayout };

document.addEventListener("submit", event => {
  const { submitter, target } = event;
  if (target.method !== "post" || !ACTS[target.id]) return;
  event.preventDefault();
  if (submitter?.matches("[data-flag]")) flag(submitter);
  else if (!submitter?.matches("[data-enter]")) ACTS[target.id](target);
});
document.addEventListener("click", event => {
  for (const [selector, act] of Object.entries(CLICKS)) {
    const target = event.target.closest(selector);
    if (target?.tagName === "A") event.preventDefault();
    if (target) act(target);
  }
});

const beat = async () => {
  const node = stage();
  if (document.hidden || node.dataset.state !== "item" || node.dataset.revision !== "0") return;
  const answer = await unlessLost(ask(node.dataset.heartbeat, { fields: [] }));
  if (answer?.ok && (await answer.json()).state === "lost" && node === stage()) toast("lost");
};

outbox.listen({
  saved,
  waiting: (entries, isFailing) => {
    const refused = entries.filter(entry => entry.problem);
    const count = entries.length - refused.length;
    attend(refused, bring);
    $("[data-waiting]").textContent = count;
    document.body.toggleAttribute("data-failing", isFailing && count > 0);
  },
  elsewhere: entry => {
    if (!isSame(entry, stage()) || stage().inert) return;
    advance();
    toast("elsewhere");
  },
});
addEventListener("online", resume);
["online", "offline"].forEach(name => addEventListener(name, () => unlessLost(ask("/healthz"))));
addEventListener("pageshow", event => { if (event.persisted) location.reload(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) beat(); });
$("#guidelines").hidden = location.hash !== "#guidelines";
$("#guidelines").classList.add("is-live");
begin();
