/* What every page does: theme, text size, menus, drawers, dialogs. Requests are htmx's. */
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const root = document.documentElement;

  /* The server paints the first frame from these cookies. */
  const remember = (name, value) => { document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`; };
  const toggleTheme = () => {
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
    remember("theme", root.dataset.theme);
  };
  const toggleText = () => {
    root.dataset.text = root.dataset.text === "large" ? "" : "large";
    remember("text", root.dataset.text);
  };

  /* Drawers are not modal, dialogs are. Focus goes in and comes back. */
  let opener = null;
  const show = (element, on) => {
    if (!element) return null;
    if (element.tagName === "DIALOG") return on ? element.showModal() : element.close();
    element.hidden = !on;
    $$(`[data-toggle="#${element.id}"]`).forEach(button => button.setAttribute("aria-expanded", on));
    if (on) {
      opener = document.activeElement;
      return $("h2, [data-close]", element)?.focus();
    }
    return opener?.focus();
  };

  /* Where rooms scroll sideways, the one that the person is in comes into sight. */
  const here = $(".rooms [aria-current]");
  if (here) here.parentElement.scrollLeft += here.getBoundingClientRect().left - here.parentElement.getBoundingClientRect().left - 16;

  document.addEventListener("click", event => {
    const target = event.target;
    if (target.closest("[data-theme-toggle]")) toggleTheme();
    if (target.closest("[data-text-toggle]")) toggleText();
    const toggle = target.closest("[data-toggle]");
    if (toggle) {
      event.preventDefault();
      const element = $(toggle.dataset.toggle);
      if (element) show(element, element.tagName === "DIALOG" || element.hidden);
      toggle.closest(".menu")?.removeAttribute("open");
    }
    const close = target.closest("[data-close]");
    if (close) show(close.closest("dialog, .drawer"), false);
    $$("details.menu[open]").forEach(menu => { if (!menu.contains(target)) menu.open = false; });
  });

  document.addEventListener("keydown", event => {
    if (event.key !== "Escape") return;
    $$(".drawer:not([hidden])").forEach(drawer => show(drawer, false));
    $$("details.menu[open]").forEach(menu => {
      if (menu.contains(document.activeElement)) $("summary", menu).focus();
      menu.open = false;
    });
  });

  window.arete = { remember, show };
})();
