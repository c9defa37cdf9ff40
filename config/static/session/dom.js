/* Finding things on the page, and saying things to the person. */
export const $ = (selector, within = document) => within.querySelector(selector);
export const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
export const stage = () => $("#stage");
export const form = () => $("#workbench");

/* A copy of the first element of a template. */
export const copyOf = selector => $(selector).content.firstElementChild.cloneNode(true);
export const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
let clearing = 0;
/* What a toast offers can be done elsewhere too, so it may leave. Its words stand in the markup, so they translate. */
export const toast = (word, onclick, offer = "undo") => {
  const box = $("#toasts");
  const line = make("div", { className: "toast" });
  line.append(make("span", { textContent: box.dataset[word] }));
  if (onclick) line.append(make("button", { type: "button", className: "btn btn-sm", textContent: box.dataset[offer], onclick }));
  box.replaceChildren(line);
  clearTimeout(clearing);
  clearing = setTimeout(() => box.replaceChildren(), 8000);
};
