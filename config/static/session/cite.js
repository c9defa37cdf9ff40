/* Evidence: a sentence is cited for the active trait or criterion by a click, or by its number. The chips are the truth:
   they hold the fields that the form posts, and the marks in the text follow them. */
import { $, $$, copyOf, form } from "./dom.js";
import { activeJudge } from "./judge.js";

const pieces = ref => $$(`#resp-${ref[0].toLowerCase()} .s[data-s="${ref.slice(1)}"]`);
const chips = () => $$(".chips > .chip");
const listOf = code => $(`[data-chips="${code}"]`) ?? $("#chips");
const nameOf = code => $(`[data-trait="${code}"]`)?.dataset.name;
const refOf = sentence => sentence.closest(".response").dataset.r.toUpperCase() + sentence.dataset.s;
const addChip = value => {
  const [ref, code = ""] = value.split(":");
  const chip = copyOf("#chip");
  chip.dataset.r = ref[0].toLowerCase();
  chip.dataset.ref = ref;
  $("input", chip).value = value;
  Object.assign($("a", chip), { href: `#${ref}`, textContent: ref });
  const list = listOf(code);
  $(".meta", chip).textContent = list.id && code;
  $("button", chip).ariaLabel += ` ${ref} ${list.id ? code : nameOf(code)}`.trimEnd();
  list.append(chip);
};

/* Puts the marks where the chips say; what bears none and gets none is left alone. */
export const mark = () => {
  const cited = Map.groupBy(chips(), chip => chip.dataset.ref);
  for (const part of new Set([...$$(".s.is-cited"), ...[...cited.keys()].flatMap(pieces)])) {
    const mine = cited.get(refOf(part)) ?? [];
    part.classList.toggle("is-cited", mine.length > 0);
    const button = $(".sref", part);
    if (!button) continue;
    const codes = mine.map(chip => $("input", chip).value.split(":")[1] ?? "");
    const names = codes.filter(Boolean).map(nameOf).join(", ");
    button.dataset.label ??= button.ariaLabel;
    if (mine.length) button.dataset.for = codes.map(code => $(`[data-chips="${code}"]`)?.dataset.sign ?? code).join(" ");
    else delete button.dataset.for;
    button.ariaPressed = String(mine.length > 0);
    button.ariaLabel = button.dataset.label + (names && `, ${$("#chips").dataset.cited} ${names}`);
  }
};

export const setCitations = values => {
  chips().forEach(chip => chip.remove());
  values.forEach(addChip);
  mark();
};

const changed = () => {
  mark();
  form().dispatchEvent(new Event("input", { bubbles: true }));
};

const cite = sentence => {
  const value = [refOf(sentence), activeJudge()?.dataset.trait].filter(Boolean).join(":");
  const same = chips().find(chip => $("input", chip).value === value);
  same ? same.remove() : addChip(value);
  changed();
};

document.addEventListener("click", event => {
  const sentence = event.target.closest(".is-citing .s");
  if (sentence && !event.target.closest("a") && getSelection().isCollapsed) cite(sentence);
  const chip = event.target.closest(".chip button")?.closest(".chip");
  if (!chip) return;
  const beside = chip.nextElementSibling ?? chip.previousElementSibling;
  chip.remove();
  (beside ? $("button", beside) : $("#rationale")).focus();
  changed();
});

/* One tab stop per response; arrows, Home and End move inside. */
document.addEventListener("keydown", event => {
  const button = event.target.closest?.(".sref");
  if (!button || !/^(Arrow|Home$|End$)/.test(event.key)) return;
  const all = $$(".sref", button.closest(".response"));
  const step = /Down|Right/.test(event.key) ? 1 : -1;
  const target = event.key === "Home" ? all[0] : event.key === "End" ? all.at(-1) : all[all.indexOf(button) + step];
  event.preventDefault();
  if (!target) return;
  button.tabIndex = -1;
  target.tabIndex = 0;
  target.focus();
});
