// The page of the keys: marks the key of this browser, and makes a new one.

import { canSign, keep, keptOf, makeKey, signed } from "./browser-key.js";

const rows = [...document.querySelectorAll("[data-key]")];
const form = document.querySelector("form[data-enrol]");

function say(name) {
  for (const words of document.querySelectorAll("[data-say]")) {
    words.hidden = words.dataset.say !== name;
  }
}

async function markOwn() {
  for (const row of rows) {
    const own = await keptOf([row.dataset.key]);
    row.querySelector("[data-own]").hidden = !own;
  }
}

async function proofToSign(jwk) {
  const asked = new URLSearchParams({
    csrf_token: form.elements.csrf_token.value,
    jwk: JSON.stringify(jwk),
  });
  const answer = await fetch("/keys/proof", { method: "POST", body: asked });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
}

async function enrol() {
  const key = await makeKey();
  const { kid, text } = await proofToSign(key.jwk);
  form.elements.jwk.value = JSON.stringify(key.jwk);
  form.elements.proof.value = await signed(key, text);
  // Kept before the hub knows it: a key that it then refuses is never used, one that is lost is.
  await keep(kid, key);
  form.submit();
}

if (canSign) {
  await markOwn();
  say("");
  if (form) form.hidden = false;
} else {
  say("cannot");
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    await enrol();
  } catch {
    say("failed");
    button.disabled = false;
  }
});
