// The page of a prepared document: shows what this browser is about to sign, and signs it.
// The text that is shown, hashed and signed is one and the same.

import { canSign, keptOf, payloadOf, sha256, signed } from "./browser-key.js";

const panel = document.querySelector("[data-sign]");
const form = panel?.querySelector("form");

function say(name) {
  for (const words of panel.querySelectorAll("[data-say]")) {
    words.hidden = words.dataset.say !== name;
  }
}

function inGroups(digest) {
  return digest.match(/.{1,4}/g).slice(0, 8).join(" ");
}

async function show(input) {
  const payload = payloadOf(input);
  const digest = await sha256(payload);
  const said = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  const { lang, text } = said.credentialSubject.statement;
  const sentence = panel.querySelector("[data-sentence]");
  sentence.textContent = text;
  sentence.lang = lang;
  panel.querySelector("[data-own-digest]").textContent = inGroups(digest);
  panel.querySelector("[data-own]").hidden = false;
  return digest === panel.dataset.digest;
}

async function ready() {
  const key = canSign ? await keptOf(panel.dataset.keys.split(" ")) : undefined;
  if (!key) return say(canSign ? "no-key" : "cannot");
  const answer = await fetch(`${panel.dataset.sign}?key=${key.kid}`);
  if (!answer.ok) return say("failed");
  const input = await answer.text();
  if (!(await show(input))) return say("differs");
  say("ready");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    form.querySelector("button").disabled = true;
    form.elements.jws.value = await signed(key, input);
    form.submit();
  });
}

if (panel) {
  try {
    await ready();
  } catch {
    say("failed");
  }
}
