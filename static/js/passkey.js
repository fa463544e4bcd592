/* Passkeys. A form with data-passkey asks the browser for one and sends what it answers.
   "add" makes a passkey, "sign-in" uses one. What may be asked stands in #passkey-options, or at the form's
   data-options. Without JavaScript, or in a browser that knows no passkeys, such a form stays hidden. */
"use strict";

(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");

  const readable = (options) => {
    const asked = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) };
    if (asked.user) asked.user = { ...asked.user, id: bytes(asked.user.id) };
    for (const list of ["excludeCredentials", "allowCredentials"])
      if (asked[list]) asked[list] = asked[list].map((known) => ({ ...known, id: bytes(known.id) }));
    return asked;
  };

  const sendable = (credential) => {
    const { response } = credential;
    const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: Object.fromEntries(parts.filter((part) => response[part]).map((part) => [part, text(response[part])])),
    };
  };

  const optionsOf = async (form) => {
    const here = document.getElementById("passkey-options");
    if (here) return JSON.parse(here.textContent);
    const answer = await fetch(form.dataset.options, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()).request_options;
  };

  const words = document.getElementById("passkey-words").dataset;
  const said = (problem) => words[problem.name[0].toLowerCase() + problem.name.slice(1)] ?? words.otherwise;

  const ask = async (form) => {
    const publicKey = readable(await optionsOf(form));
    const making = form.dataset.passkey === "add";
    const credential = await navigator.credentials[making ? "create" : "get"]({ publicKey });
    form.elements.credential.value = JSON.stringify(sendable(credential));
    form.submit();
  };

  if (!window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const told = form.querySelector("[role=alert]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      told.hidden = true;
      try {
        await ask(form);
      } catch (problem) {
        told.textContent = said(problem);
        told.hidden = false;
      }
    });
  }
})();
