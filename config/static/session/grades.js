/* The points of each response, once every criterion is judged and not before. */
import { $, $$ } from "./dom.js";
import { isAnswered } from "./judge.js";

const grade = () => {
  const grades = $("#grades");
  if (!grades) return;
  const marks = $$("[data-unit]", $("#rubric"));
  const done = marks.filter(isAnswered);
  $("[data-graded]", grades).textContent = done.length;
  $("[data-of]", grades).textContent = marks.length;
  $("ul", grades).hidden = done.length < marks.length;
  for (const line of $$("li", grades)) {
    const met = done.length < marks.length ? [] : marks.filter(mark => mark.dataset.r === line.dataset.r && $("[value=met]:checked", mark));
    const points = met.reduce((sum, mark) => sum + Number(mark.closest("[data-points]").dataset.points), 0);
    $("[data-met]", line).textContent = Math.round(points * 100) / 100;
  }
};

document.addEventListener("refresh", grade);
document.addEventListener("change", grade);
