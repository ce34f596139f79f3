// What makes the pages more comfortable; without it everything still works by links and forms.
"use strict";

// A quote, its cue, its mention, its number and its row belong together: show them as one on hover, focus and tap.
let pinned = null;

function light(number) {
  for (const part of document.querySelectorAll("[data-q].on")) part.classList.remove("on");
  if (number === null) return;
  for (const part of document.querySelectorAll(`[data-q="${CSS.escape(number)}"]`)) part.classList.add("on");
}

function numberAt(target) {
  const part = target instanceof Element ? target.closest("[data-q]") : null;
  return part === null ? null : part.dataset.q;
}

// Bring a row into sight inside its own scrolling column; never move the page under the reader's eyes.
function reveal(number) {
  const row = document.querySelector(`tr[data-q="${CSS.escape(number)}"]`);
  const column = row?.closest(".table");
  if (!column || column.scrollHeight <= column.clientHeight) return;
  const around = column.getBoundingClientRect();
  const place = row.getBoundingClientRect();
  const top = Math.max(around.top, 0);
  const room = Math.min(around.bottom, innerHeight) - top;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const by = place.top - top - Math.max(0, (room - place.height) / 2);
  column.scrollBy({ top: by, behavior: calm ? "auto" : "smooth" });
}

document.addEventListener("pointerover", (event) => light(numberAt(event.target) ?? pinned));
document.addEventListener("focusin", (event) => {
  const number = numberAt(event.target);
  if (number !== null) light(number);
});
document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || event.target.closest("a, button, summary, label, input, select")) return;
  const mark = event.target.closest(".text [data-q]");
  pinned = mark === null || mark.dataset.q === pinned ? null : mark.dataset.q;
  light(pinned ?? numberAt(event.target));
  if (pinned !== null) reveal(pinned);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") light((pinned = null));
  const typing = event.target instanceof Element && event.target.closest("input, textarea, select") !== null;
  const search = document.querySelector("[data-slash]");
  if (event.key === "/" && !typing && search && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    search.focus();
  }
});

// The theme at once, without loading the page anew; the cookie lets the server know.
document.addEventListener("click", (event) => {
  const choice = event.target instanceof Element ? event.target.closest("[data-theme-choice]") : null;
  if (choice === null) return;
  event.preventDefault();
  const theme = choice.dataset.themeChoice;
  document.documentElement.dataset.theme = theme;
  document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
  for (const other of document.querySelectorAll("[data-theme-choice]")) other.removeAttribute("aria-current");
  choice.setAttribute("aria-current", "true");
});

// A form that takes a while says so, and is not sent twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset.busy === undefined) return;
  const button = event.submitter;
  if (!button || button.hasAttribute("formaction")) return;
  button.dataset.words = button.textContent;
  button.textContent = form.dataset.busy;
  setTimeout(() => (button.disabled = true)); // after its name and value went with the form
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[data-words]")) {
    button.textContent = button.dataset.words;
    button.disabled = false;
  }
});

// A file dropped on the text goes into the file field.
for (const area of document.querySelectorAll("textarea[data-drop]")) {
  const field = document.getElementById(area.dataset.drop);
  area.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    area.classList.add("over");
  });
  area.addEventListener("dragleave", () => area.classList.remove("over"));
  area.addEventListener("drop", (event) => {
    area.classList.remove("over");
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    field.files = event.dataTransfer.files;
    field.focus();
  });
}
