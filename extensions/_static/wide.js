// What is wider than its column. A formula in the line breaks after relations and operators, as in TeX; all else
// scrolls, by keyboard too, and shows on which side there is more (wide.css says how).
const SCROLLERS = "article :is(pre, figure, .frames, .map, .output, .pst-scrollable-table-container, mjx-container)";
const LEGIBLE = 0.6; // of its natural width: narrower, the letters of a figure are too small to read

const more = (box) => {
  if (getComputedStyle(box).overflowX !== "auto" || box.scrollWidth <= box.clientWidth + 1) return "";
  const right = box.scrollLeft + box.clientWidth < box.scrollWidth - 1;
  return `${box.scrollLeft > 1 ? "left" : ""} ${right ? "right" : ""}`;
};

const mark = (boxes) => {
  const found = boxes.map(more); // all reads before the first write
  boxes.forEach((box, i) => {
    box.toggleAttribute("data-more", Boolean(found[i]));
    if (found[i]) [box.dataset.more, box.tabIndex] = [found[i], 0];
    else box.removeAttribute("tabindex");
  });
};

// Two layers of spans: between the places outside brackets where a formula may break, and between all such places.
const divide = (formula) => {
  const [places, parts] = [formula.dataset.breaks ?? "", [...formula.children]]; // see extensions/_formulas/set.js
  let [outer, inner] = [null, null];
  parts.forEach((part, i) => {
    outer ??= formula.appendChild(document.createElement("span"));
    inner ??= outer.appendChild(document.createElement("span"));
    inner.append(part);
    if (places[i] > 0) inner = null;
    if (places[i] > 1) outer = null;
  });
  // Firefox breaks a line between spans that do not break only where it is told that it may.
  for (const span of formula.querySelectorAll("span + span")) span.before(document.createElement("wbr"));
};

// The ways to set a formula, each for those that would be wider than their column in the way before.
const WAYS = {
  "": (formula) => [formula.closest(".unbroken") ?? formula],
  breaks: (formula) => formula.querySelectorAll(":scope > span"),
  "breaks-inside": (formula) => formula.querySelectorAll(":scope > span > span"),
  scrolls: () => [],
};

const fit = (all) => {
  let formulas = all;
  for (const { container } of all) container.classList.remove(...Object.keys(WAYS).filter(Boolean));
  for (const [way, parts] of Object.entries(WAYS)) {
    for (const { container, formula } of way ? formulas : []) {
      if (way === "breaks" && !formula.querySelector(":scope > span")) divide(formula);
      container.classList.add(way);
    }
    formulas = formulas.filter(({ formula, room }) => {
      const widths = [...parts(formula)].map((part) => part.getBoundingClientRect().width);
      return way !== "scrolls" && (!widths.length || Math.max(...widths) > room);
    });
    for (const { container } of way ? formulas : []) container.classList.remove(way);
  }
};

// By their names: to ask for their style would lay out sections that are far away, see sections.css.
const INLINE = ":is(a, b, code, em, i, label, q, s, small, span, strong, sub, sup, u)";
const blockOf = (element) => (element.matches(INLINE) ? blockOf(element.parentElement) : element);

const roomIn = (block) => {
  const { paddingLeft, paddingRight } = getComputedStyle(block);
  return block.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
};

const idle = window.requestIdleCallback ?? ((then) => setTimeout(then, 50));

const watch = () => {
  const boxes = [...document.querySelectorAll(SCROLLERS)];
  const columns = new Map();
  for (const formula of document.querySelectorAll("article mjx-container:not([display]) > mjx-math")) {
    const container = formula.parentElement;
    const block = blockOf(container.parentElement);
    if (!columns.has(block)) columns.set(block, []);
    columns.get(block).push({ container, formula, room: 0 });
  }
  const refit = (blocks) => {
    const changed = blocks.filter((block) => columns.has(block)).map((block) => [columns.get(block), roomIn(block)])
      .filter(([formulas, room]) => room > 0 && formulas.some((it) => it.room !== room));
    for (const [formulas, room] of changed) for (const it of formulas) it.room = room;
    fit(changed.flatMap(([formulas]) => formulas));
    mark(boxes.filter((box) => blocks.some((block) => block === box || block.contains(box))));
  };
  // In the next frame: what a column is fitted with changes sizes, and an observer must not while it tells of sizes.
  const observer = new ResizeObserver((entries) => requestAnimationFrame(() => refit(entries.map(({ target }) => target))));
  const all = [...new Set([...columns.keys(), ...boxes])];
  for (const box of all) observer.observe(box); // which tells of a section that is far away when it comes near
  addEventListener("beforeprint", () => refit(all));
  // Who does not scroll comes to far sections by keyboard: from the first key on they are fitted, a few at a time while
  // nothing else happens.
  const left = [...all];
  const some = (deadline) => {
    do refit(left.splice(0, 8)); while (left.length && deadline?.timeRemaining() > 5);
    if (left.length) idle(some);
  };
  addEventListener("keydown", () => idle(some), { once: true });
  const width = innerWidth;
  addEventListener("resize", () => {
    // Heights of far sections are remembered for one width, see sections.css: from now on all are laid out.
    if (innerWidth !== width) document.documentElement.classList.add("resized");
  });
};

addEventListener("scroll", ({ target }) => target.matches?.(SCROLLERS) && mark([target]), { capture: true, passive: true });
addEventListener("load", async () => {
  for (const image of document.querySelectorAll("article :is(figure, .cell_output) img")) {
    if (image.naturalWidth) image.style.minWidth = `${LEGIBLE * image.naturalWidth}px`;
  }
  await document.fonts.ready;
  watch();
});
