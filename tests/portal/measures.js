// What can be measured in a page that is open. Each function returns complaints: an empty list is
// good.
(() => {
  const name = (element) =>
    `<${element.tagName.toLowerCase()}${element.id ? ` id=${element.id}` : ""}` +
    `${typeof element.className === "string" && element.className ? ` class="${element.className}"` : ""}>` +
    ` ${(element.textContent || "").trim().slice(0, 40)}`;
  const isShown = (element) => element.checkVisibility({ checkVisibilityCSS: true });
  const isHeard = (element) => element.closest(".heard, .skip, .stacked thead") !== null;
  const scrolls = (element) => {
    for (let above = element.parentElement; above; above = above.parentElement) {
      if (["auto", "scroll"].includes(getComputedStyle(above).overflowX)) return true;
    }
    return false;
  };

  // WCAG 1.4.10: nothing makes the page scroll sideways.
  const reflow = () => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.body.querySelectorAll("*")].filter(
      (element) => isShown(element) && !scrolls(element) && element.getBoundingClientRect().right > width + 1);
    const innermost = wide.filter((element) => !wide.some((other) => other !== element && element.contains(other)));
    const named = innermost.length ? innermost.slice(0, 3).map(name) : ["a text without a box of its own"];
    return named.map((told) => `wider than ${width} px: ${told}`);
  };

  // No text is cut off by its own box.
  const cut = () => [...document.body.querySelectorAll("*")]
    .filter((element) => isShown(element) && !isHeard(element) && !(element instanceof SVGElement))
    .filter((element) => !["INPUT", "SELECT", "TEXTAREA"].includes(element.tagName))
    .filter((element) => ["hidden", "clip"].includes(getComputedStyle(element).overflowX))
    .filter((element) => element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1)
    .map((element) => `cut off: ${name(element)}`);

  // WCAG 1.4.12: a reader's own spacing of text.
  const spaced = () => {
    const style = document.createElement("style");
    style.textContent = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
      word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }`;
    document.head.append(style);
    const found = [...reflow(), ...cut()].map((complaint) => `with wide spacing ${complaint}`);
    style.remove();
    return found;
  };

  // WCAG 3.1.2: a sentence in another language than the page says so; names need not.
  const languages = () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      const text = walker.currentNode.data;
      const said = element.closest("[lang]").lang;
      const isChinese = said.startsWith("zh");
      const isSentence = isChinese
        ? /(?:[A-Za-z]{2,}[ ,]+){6}/.test(text) && !/\p{Script=Han}/u.test(text)
        : /\p{Script=Han}{9}|[，。；]/u.test(text);
      if (isSentence && !element.closest("code, pre, script, [translate=no]")) found.push(`in no ${said}: ${name(element)}`);
    }
    return found;
  };

  // WCAG 1.4.1: a mark has a sign and a word besides its colour.
  const marks = () => [...document.querySelectorAll(".mark, .count, .code-mark, .alert, .wrong, .all-good")]
    .filter((element) => isShown(element) && !(element.querySelector("svg") && element.innerText.trim()))
    .map((element) => `only a colour: ${name(element)}`);

  // WCAG 2.1.1, 2.4.3, 2.4.7, 2.4.11: each place that the Tab key comes to.
  const usable = () => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
    .filter((element) => isShown(element) && !element.disabled);
  const visited = [];
  let expected = [];
  const complaints = [];
  const ringed = (element) => {
    const style = getComputedStyle(element);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const covered = (element) => {
    const box = element.getClientRects()[0];
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return top && !(element.contains(top) || top.contains(element));
  };
  // What a script shows while the key is pressed is not waited for.
  const follow = () => { expected = usable(); document.addEventListener("focusin", came); };
  const came = ({ target }) => {
    const before = visited.at(-1);
    if (visited.includes(target)) return;
    if (before && !(before.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING)) {
      complaints.push(`out of order: ${name(target)}`);
    }
    if (!ringed(target)) complaints.push(`not seen to have the focus: ${name(target)}`);
    if (covered(target)) complaints.push(`covered: ${name(target)}`);
    visited.push(target);
  };
  // Fields for dates have several stops each.
  const stops = () => usable().length + 4 * document.querySelectorAll("[type=date], [type=month], [type=file]").length;
  const followed = () => [
    ...complaints,
    ...expected.filter((element) => isShown(element) && !visited.includes(element)).map((element) => `not reached: ${name(element)}`)];

  // WCAG 3.3.1: where a refusal stands, and what it leads to.
  const refusal = (selector) => {
    const form = document.querySelector(selector);
    const alerts = [...document.querySelectorAll("main [role=alert]")].filter(isShown);
    const links = alerts.flatMap((alert) => [...alert.querySelectorAll("a[href^='#']")]);
    const fields = links.map((link) => document.getElementById(link.hash.slice(1)));
    return {
      alerts: alerts.length,
      isAbove: alerts.every((alert) => form.contains(alert)
        || Boolean(alert.compareDocumentPosition(form) & Node.DOCUMENT_POSITION_FOLLOWING)),
      fields: fields.map((field) => field && isShown(field) && field.name),
      typed: Object.fromEntries([...form.elements].map((field) => [field.name, field.value])),
      types: Object.fromEntries([...form.elements].map((field) => [field.name, field.type])),
    };
  };

  window.measures ??= { follow, stops, followed, refusal, reflow, cut, spaced, languages, marks };
})();
