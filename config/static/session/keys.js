/* Single-key shortcuts: off while typing, off when the person turned them off, never with a modifier. */
import { $ } from "./dom.js";
import { activeJudge, move, press } from "./judge.js";

const TYPING = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]";
const isOn = () => localStorage.getItem("arete-keys") !== "off";
const ACTIONS = {
  "?": () => window.arete.show($("#shortcuts"), true),
  j: () => move(1),
  k: () => move(-1),
  r: () => $("#rationale")?.focus(),
};

/* A menu that a key opened is walked by keys, from the very next one on. */
const click = button => {
  button.click();
  if (button.matches("[open] > summary")) $("input:checked", button.parentElement)?.focus();
};

const actionOf = key => {
  if (/^[0-8jkx]$/.test(key) && !activeJudge()) return null;
  if (/^[0-8x]$/.test(key)) return () => press(key);
  const sentence = /^[a-e]$/.test(key) && $(`.response[data-r="${key}"] .sref[tabindex="0"]`);
  if (sentence) return () => sentence.focus();
  const button = $(`[data-key="${CSS.escape(key)}"]`);
  return ACTIONS[key] ?? (button && (() => click(button)));
};

document.addEventListener("keydown", event => {
  const isModified = event.ctrlKey || event.metaKey || event.altKey;
  if (event.key === "Enter") {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      if (!event.repeat && !$("dialog[open]")) $("[data-submit]")?.click();
    }
    return;
  }
  if (isModified || event.repeat || !isOn() || event.target.matches?.(`${TYPING}, .menu-body *`) || $("dialog[open]")) return;
  const action = actionOf(event.key.toLowerCase());
  if (!action) return;
  event.preventDefault();
  action();
});

const box = $("[data-shortcuts]");
box.checked = isOn();
box.addEventListener("change", () => localStorage.setItem("arete-keys", box.checked ? "on" : "off"));
