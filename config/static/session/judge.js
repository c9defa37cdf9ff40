/* Judging: one question is active; keys and evidence go to it. Words come from data-* of the markup, so they translate. */
import { $, $$, copyOf, form, make } from "./dom.js";

let active = 0;
export const judges = () => $$("[data-unit]");
export const activeJudge = () => judges()[active];
export const isAnswered = unit => $("input:checked", unit) || $(".rank-n", unit)?.value;

export const activate = (index, focus = false) => {
  const all = judges();
  if (!all.length) return;
  active = Math.max(0, Math.min(all.length - 1, index));
  all.forEach((unit, place) => unit.classList.toggle("is-active", place === active));
  $("#citing-for").textContent = all[active].dataset.name;
  if (!focus) return;
  const field = $("input:checked", all[active]) || $("input:not([type=hidden]), [data-move=up]", all[active]);
  field.focus({ preventScroll: true });
  all[active].scrollIntoView({ block: "nearest" });
};

export const move = step => activate(active + step, true);

/* What the person has said on a scale, in words. */
const describe = unit => {
  const words = $(".judge-verdict", unit);
  if (!words) return;
  const choice = $("input[type=radio]:checked", unit);
  const bad = $("[data-bothbad]:checked", unit);
  const pass = $("[data-na]:checked", unit);
  words.textContent = pass ? pass.dataset.na : [choice?.dataset.say, bad?.dataset.bothbad].filter(Boolean).join(", ");
};

/* Gives the answer that a key stands for, and goes on to the next question; who is unsure may say why first. */
export const press = key => {
  const unit = activeJudge();
  const place = $(".rank-n", unit);
  const target = place ? $$("option", place)[key] : $(`[data-press="${key}"]`, unit);
  if (!target) return;
  if (place) {
    place.selectedIndex = key;
    ["input", "change"].forEach(name => place.dispatchEvent(new Event(name, { bubbles: true })));
  } else target.click();
  if (target.value === "unsure") $(".why input", unit).focus();
  else if (target.type !== "checkbox" && active < judges().length - 1) move(1);
};

const needsRationale = (from = Number($("#rat-h").dataset.requiredFrom)) => !from || $$(".judge :checked[type=radio]").some(radio => Math.abs(radio.value) >= from);

/* The hint says whether a rationale is asked for, as soon as that is known. */
const hint = () => {
  const words = $("#rat-h");
  words.dataset.optional ??= words.textContent;
  words.textContent = needsRationale() ? words.dataset.required : words.dataset.optional;
  $("#rationale").required = needsRationale();
};

const clear = field => {
  field.classList.remove("is-invalid");
  $(".error", field)?.remove();
};

/* A trait that can't be judged has no strength: choosing one takes the other back. */
const settle = field => {
  const judge = field.closest(".judge");
  if (judge && field.matches("[data-na]") && field.checked) {
    $$("input[type=radio], [data-bothbad]", judge).forEach(other => { other.checked = false; });
  } else if (judge && field.checked) $("[data-na]", judge).checked = false;
  const asked = field.closest(ASKED);
  if (!asked) return;
  clear(asked);
  describe(asked);
  hint();
};

/* Shows the form as it is filled now, the first question without an answer active. Modules of single questions follow. */
export const refresh = () => {
  document.dispatchEvent(new Event("refresh"));
  judges().forEach(describe);
  hint();
  activate(Math.max(0, judges().findIndex(unit => !isAnswered(unit))));
};

const ASKED = "fieldset[data-problem], #f-rewrite";
const LACKS = {
  "f-ranking": field => $$("select", field).filter(place => place.value).length < 2,
  "f-rewrite": field => !$("select", field).value !== !$("textarea", field).value.trim(),
};
const lacks = field => (LACKS[field.id] ?? (() => (field.matches("[data-unit]") ? [field] : $$("[data-unit]", field)).some(unit => !isAnswered(unit))))(field);

/* Says what is missing, as the server would, and whether nothing is. */
export const isComplete = () => {
  const wrong = $$(ASKED).filter(lacks).map(field => [field, field.dataset.problem, $(".scale, .criterion-foot, .ranks, .seg, .select", field)]);
  const rationale = $("#rationale");
  if (needsRationale() && !rationale.value.trim()) wrong.push([$("#f-rationale"), $("#rat-h").dataset.problem, rationale]);
  $$(".is-invalid", form()).forEach(clear);
  const list = $("#problems ul");
  list.replaceChildren(...wrong.map(([field, words, before]) => {
    const problem = copyOf("#problem");
    $("span", problem).textContent = words;
    before.before(problem);
    field.classList.add("is-invalid");
    const item = make("li");
    item.append(make("a", { href: `#${field.id}`, textContent: words }));
    return item;
  }));
  $("#problems").hidden = !wrong.length;
  if (wrong.length) $("#problems").focus();
  return !wrong.length;
};

document.addEventListener("change", event => settle(event.target));
document.addEventListener("input", event => { if (event.target.id === "rationale") clear($("#f-rationale")); });
document.addEventListener("focusin", ({ target }) => { if (target.closest("[data-unit]")) activate(judges().indexOf(target.closest("[data-unit]"))); });
