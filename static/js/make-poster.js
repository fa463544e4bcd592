// “Make it yours”: shows the poster while its name is typed. Without this the page has a button that does the same.
// Nothing is stored, and the name leaves in the body of a POST alone.
(() => {
  "use strict";

  const form = document.querySelector("form.make");
  if (!form || !window.fetch || !window.AbortController) return;

  const PAUSE = 120; // ms after the last key
  const picture = document.getElementById("preview");
  const problem = document.getElementById("preview-problem");
  const sizes = JSON.parse(form.dataset.sizes);
  let timer = 0;
  let asked = null; // the request whose answer is awaited; every other answer is stale

  form.querySelector(".plain").hidden = true;

  function show(blob, request) {
    const reader = new FileReader();
    reader.onload = () => {
      if (request !== asked) return;
      const next = new Image();
      next.onload = () => {
        if (request !== asked) return;
        picture.width = next.naturalWidth;
        picture.height = next.naturalHeight;
        picture.classList.remove("is-empty");
        picture.src = next.src;
        picture.dataset.shows = form.elements.name.value;
        say({});
      };
      next.src = reader.result;
    };
    reader.readAsDataURL(blob);
  }

  // Beside each field what is wrong with it, and nothing that the server said before.
  function say(errors) {
    form.querySelectorAll(".error-summary, .error:not([aria-live]):not([role])").forEach((said) => said.remove());
    for (const field of form.querySelectorAll(".live-field")) {
      const place = field.querySelector("[aria-live]");
      const control = field.querySelector("input:not([type=hidden]), select");
      if (!place || !control) continue;
      const text = (errors[control.name] || []).join(" ");
      if (place.textContent !== text) place.textContent = text;
      field.firstElementChild.classList.toggle("is-wrong", text !== "");
      control.toggleAttribute("aria-invalid", text !== "");
      if (text) {
        control.setAttribute("aria-invalid", "true");
        control.setAttribute("aria-errormessage", place.id);
      } else {
        control.removeAttribute("aria-errormessage");
      }
    }
    const general = (errors.__all__ || []).join(" ");
    if (problem.textContent !== general) problem.textContent = general;
  }

  async function ask() {
    window.clearTimeout(timer);
    if (asked) asked.abort();
    const request = new AbortController();
    asked = request;
    try {
      const answer = await fetch(form.dataset.preview, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        credentials: "omit",
        signal: request.signal,
      });
      if (request !== asked) return;
      if (answer.ok) {
        show(await answer.blob(), request);
        return;
      }
      const wait = Number(answer.headers.get("Retry-After"));
      const said = await answer.json();
      if (request !== asked) return;
      say(said.errors);
      if (wait) timer = window.setTimeout(ask, wait * 1000);
    } catch (error) {
      if (request === asked && error.name !== "AbortError") say({ __all__: [form.dataset.offline] });
    }
  }

  function soon() {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, PAUSE);
  }

  // Sizes that the chosen design does not come in cannot be chosen; a logo brings its own name.
  function tidy() {
    const design = form.elements.design.value;
    const sheet = form.elements.sheet;
    for (const option of sheet.options) option.disabled = !(sizes[design] || []).includes(option.value);
    if (sheet.selectedOptions[0] && sheet.selectedOptions[0].disabled) {
      const first = [...sheet.options].find((option) => !option.disabled);
      if (first) first.selected = true;
    }
    if (form.elements.logo) form.elements.name.readOnly = form.elements.logo.value !== "";
  }

  form.addEventListener("input", () => {
    tidy();
    soon();
  });
  // Enter shows the preview; only the buttons take a poster.
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.tagName === "INPUT") {
      event.preventDefault();
      ask();
    }
  });
  tidy();
  // What the server said of a form stays until something is changed.
  if (!form.querySelector(".error-summary")) ask();
})();
