/* Passkeys: asks the browser for one and sends what it answers. Without this script their buttons stay hidden. */
(() => {
  const known = id => JSON.parse(document.getElementById(id).textContent);

  async function options(button) {
    if (button.dataset.options) return known(button.dataset.options);
    const answer = await fetch(button.form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    return await answer.json();
  }

  async function create(found) {
    const chosen = found.creation_options;
    // A passkey that signs in by itself is kept on the device, and asks for finger, face or PIN.
    Object.assign(chosen.publicKey.authenticatorSelection, { residentKey: "required", requireResidentKey: true, userVerification: "required" });
    return await webauthnJSON.create(chosen);
  }

  document.querySelectorAll("[data-passkey]").forEach(button => {
    const trouble = document.getElementById(button.dataset.trouble);
    if (!window.PublicKeyCredential) { trouble.hidden = false; return; }
    button.hidden = false;
    button.addEventListener("click", async () => {
      trouble.hidden = true;
      button.setAttribute("aria-busy", "true");
      try {
        const found = await options(button);
        const credential = button.dataset.passkey === "create" ? await create(found) : await webauthnJSON.get(found.request_options);
        button.form.elements.credential.value = JSON.stringify(credential);
        button.form.submit();
      } catch {
        button.removeAttribute("aria-busy");
        trouble.hidden = false;
        trouble.focus();
      }
    });
  });
})();
