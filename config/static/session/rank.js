/* Ranking: the selects hold the places, and buttons move a response among them. */
import { $, $$ } from "./dom.js";

const rows = () => $$(".rank");
const placeOf = row => Number($(".rank-n", row).value);
const STEPS = { up: -1, down: 1 };

/* Responses by their places, ties together, best first. */
const groups = () => {
  const ranked = rows().filter(placeOf).sort((one, other) => placeOf(one) - placeOf(other));
  return [...Map.groupBy(ranked, placeOf).values()];
};

/* A response without a place gets the last one; one of a tie leaves it; others change with their neighbors. */
const shift = (row, how) => {
  const all = groups();
  const at = all.findIndex(group => group.includes(row));
  const to = at + (STEPS[how] ?? -1);
  if (at < 0) all.push([row]);
  else if (all[at].length > 1) {
    all[at] = all[at].filter(other => other !== row);
    all.splice(how === "up" ? at : at + 1, 0, [row]);
  } else if (how === "tie" && all[to]) all[to].push(...all.splice(at, 1)[0]);
  else if (all[to]) [all[at], all[to]] = [all[to], all[at]];
  let place = 1;
  for (const group of all) {
    group.forEach(each => { $(".rank-n", each).value = place; });
    place += group.length;
  }
};

const paint = () => {
  for (const group of groups()) {
    group.forEach((row, number) => { $("[data-move=tie]", row).ariaPressed = String(number > 0); });
  }
};

/* Rows in the order of their places, those without one last. */
const arrange = () => {
  const key = row => `${placeOf(row) || 9}${row.dataset.r}`;
  $(".ranks")?.append(...rows().sort((one, other) => key(one).localeCompare(key(other))));
  paint();
};

const say = row => {
  const live = $("#rank-live");
  const isTied = rows().some(other => other !== row && placeOf(other) === placeOf(row));
  const words = placeOf(row) ? [live.dataset.now, placeOf(row), isTied && live.dataset.tied] : [live.dataset.out];
  live.textContent = [$(".rank-name", row).textContent, ...words].filter(Boolean).join(" ");
};

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-move]");
  const row = button?.closest(".rank");
  if (!row) return;
  shift(row, button.dataset.move);
  arrange();
  button.focus();
  ["input", "change"].forEach(name => $(".rank-n", row).dispatchEvent(new Event(name, { bubbles: true })));
});
document.addEventListener("change", ({ target }) => {
  if (!target.matches(".rank-n")) return;
  paint();
  say(target.closest(".rank"));
});
document.addEventListener("refresh", arrange);
