// Saves an answer as soon as its field is left, so that a closed browser loses nothing. Without this
// file the button of the page saves the whole screen.

const form = document.querySelector("form[data-saved]");
const status = document.querySelector("[data-status]");

async function save(field) {
  const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
  body.set(field.name, field.value);
  try {
    const answer = await fetch(form.dataset.saved, { method: "POST", body, keepalive: true });
    status.textContent = answer.ok ? status.dataset.kept : status.dataset.lost;
  } catch {
    status.textContent = status.dataset.lost;
  }
}

form?.addEventListener("change", (event) => {
  if (event.target.name && event.target.type !== "hidden") save(event.target);
});
