/* A rewrite starts from the words of the response that was chosen, unless there are words of one's own already. */
import { $ } from "./dom.js";

let given = "";
const wordsOf = node => {
  const copy = node.cloneNode(true);
  copy.querySelectorAll(".sref").forEach(number => number.remove());
  return [...copy.children].map(block => block.textContent.trim()).filter(Boolean).join("\n\n");
};

document.addEventListener("change", ({ target }) => {
  const box = target.id === "rewrite-of" && $("#rewrite");
  if (!box || (box.value.trim() && box.value !== given)) return;
  box.value = target.value && wordsOf($(`#resp-${target.value.toLowerCase()} .response-body`));
  given = box.value;
  box.dispatchEvent(new Event("input", { bubbles: true }));
});
