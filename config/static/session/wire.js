/* Requests of the session: whose page it is, with which token, and what happens when the sign-in is over. */
import { $ } from "./dom.js";

const TIMEOUT_MS = 20000;
export const person = document.body.dataset.person;
let token = document.body.dataset.token;

export class SignedOut extends Error {}

/* What answers is known from asking alone: a browser calls itself offline also beside a server on its own machine. */
const tell = isUp => { document.body.dataset.link = isUp ? "up" : navigator.onLine ? "down" : "offline"; };

/* A new sign-in brings a new token; the page of another person brings none. */
const renew = async () => {
  const page = new DOMParser().parseFromString(await (await ask(document.body.dataset.session, { page: true })).text(), "text/html");
  if (page.body.dataset.person !== person) throw new SignedOut();
  token = page.body.dataset.token;
};

/* Asks once more when only the token was out of date; the form's own may be as old as the page, so it stays here. The
   server refuses requests that bear another person's name. */
export const ask = async (url, { fields, fragment, page, leaving, patience = TIMEOUT_MS, again = true } = {}) => {
  const wanted = fragment ? { "HX-Request": "true" } : !page && { Accept: "application/json" };
  const answer = await fetch(url, {
    method: fields ? "POST" : "GET",
    body: fields && new URLSearchParams(fields.filter(([name]) => name !== "csrfmiddlewaretoken")),
    headers: { "X-Arete-Person": person, "X-CSRFToken": token, ...wanted },
    redirect: "manual",
    cache: "no-store",
    keepalive: Boolean(leaving),
    signal: AbortSignal.timeout(patience),
  }).finally(() => tell(false));
  tell(true);
  if (answer.status === 403 && fields && again) {
    await renew();
    return ask(url, { fields, fragment, leaving, again: false });
  }
  const isOut = answer.type === "opaqueredirect" || [401, 403].includes(answer.status);
  $("#signed-out").hidden = !isOut;
  if (isOut) throw new SignedOut();
  return answer;
};

/* A stage from the server: null when there is none to have now, an error when the server does not answer. */
export const askStage = async (url, fields) => {
  const answer = await ask(url, { fields, fragment: true });
  if (answer.status === 204) return null;
  if (!answer.ok) throw new Error(`${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#stage");
};
