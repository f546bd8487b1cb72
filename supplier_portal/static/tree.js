// Opens and closes rows of the tree without loading the page anew. Without this file the same
// links do the same: it only keeps the place on the screen and the focus where they were.

const tree = document.querySelector("[data-tree]");

async function follow(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) throw new Error(`status ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  tree.replaceChildren(...page.querySelector("[data-tree]").childNodes);
  // Links elsewhere on the page that keep the opened rows.
  document.querySelector("[data-follows]")?.replaceWith(page.querySelector("[data-follows]"));
  history.replaceState(null, "", address.split("#")[0]);
}

// Row ids hold paths of this tree only, so the row that was opened is found again by its id.
function focusAgain(rowId, text) {
  const row = rowId && document.getElementById(rowId);
  const same = [...tree.querySelectorAll("a[data-toggle]")].find((a) => a.textContent === text);
  (row?.querySelector("a[data-toggle]") ?? same)?.focus({ preventScroll: true });
}

tree?.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-toggle]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const rowId = link.closest("tr")?.id;
  const text = link.textContent;
  tree.setAttribute("aria-busy", "true");
  try {
    await follow(link.href);
    focusAgain(rowId, text);
  } catch {
    location.assign(link.href);
  } finally {
    tree.removeAttribute("aria-busy");
  }
});
