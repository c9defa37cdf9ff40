/* Grading by keyboard: 1 met, 2 not met, J and K next and previous, Ctrl+Enter saves. Off while typing and when the person turned keys off. */
(() => {
  const all = () => [...document.querySelectorAll("#grading .criterion")];
  let active = 0;
  const activate = (index, focus) => {
    active = Math.max(0, Math.min(all().length - 1, index));
    all().forEach((each, place) => each.classList.toggle("is-active", place === active));
    if (!focus || !all()[active]) return;
    (all()[active].querySelector(":checked") || all()[active].querySelector("input")).focus({ preventScroll: true });
    all()[active].scrollIntoView({ block: "nearest" });
  };
  const begin = () => activate(Math.max(0, all().findIndex(each => !each.querySelector(":checked"))), false);

  document.addEventListener("keydown", event => {
    const submit = document.querySelector("[data-submit]");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat) return submit?.click();
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || localStorage.getItem("arete-keys") === "off") return null;
    const radio = all()[active]?.querySelectorAll("input")["12".indexOf(event.key)];
    if (radio) { radio.click(); return activate(active + 1, true); }
    if (/^[jk]$/i.test(event.key)) activate(active + (event.key.toLowerCase() === "j" ? 1 : -1), true);
    return null;
  });
  document.addEventListener("focusin", ({ target }) => { const place = all().indexOf(target.closest(".criterion")); if (place >= 0) activate(place, false); });
  document.addEventListener("htmx:afterSwap", begin);
  begin();
})();
