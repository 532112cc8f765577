// A deck is laid out when its formulas are set: what does not fit on a slide goes to another one. Then it starts.
{
  const LARGE = 28, SMALLER = 22, LEAST = 20, LAST_RESORT = 8;  // pixels of the text in boxes, see slides.css
  const within = (slide) => slide.scrollHeight <= slide.clientHeight && slide.scrollWidth <= slide.clientWidth;
  const blocks = (slide) => [...slide.children].filter((child) => !child.matches("h2"));
  const pieces = (block) => [...block.children].filter((child) => !child.matches(".admonition-title, .of"));

  // Whether the slide is whole with boxes in one of these sizes; it keeps the first that will do, or the last.
  const fits = (slide, large, least) => {
    for (let size = large; size >= least; size--) {
      slide.style.setProperty("--box", `${size}px`);
      if (within(slide)) return true;
    }
    return false;
  };

  // An empty slide after this one, under the same heading.
  const another = (slide) => {
    const section = slide.parentElement.cloneNode(), next = slide.cloneNode();
    section.removeAttribute("id");
    section.append(next);
    next.append(slide.querySelector("h2").cloneNode(true));
    next.firstChild.className = "again";
    slide.parentElement.after(section);
    return next;
  };

  // A box that goes on: the same, empty but for its title.
  const continued = (block) => {
    const rest = block.cloneNode(), title = block.querySelector(".admonition-title, .of")?.cloneNode(true);
    if (title && !rest.classList.contains("continued")) title.append(" (continued)");
    rest.classList.add("continued");
    rest.append(title ?? "");
    return rest;
  };

  // Each item of a list in a box as a list of its own.
  const itemize = (block) => {
    for (const list of block.querySelectorAll(":scope > :is(ol, ul)")) {
      [...list.children].slice(1).reverse().forEach((item, i, { length }) => {
        const own = list.cloneNode();
        if (list.matches("ol")) own.start = list.start + length - i;
        own.append(item);
        list.after(own);
      });
    }
  };

  // Move what is too much from the end, and with a formula the line that leads to it.
  const move = (slide, of, into) => {
    const before = into.lastChild?.nextSibling ?? null, first = into.children.length;
    do into.insertBefore(of().at(-1), into.children[first] ?? before);
    while (of().length > 1 && (!within(slide) || /[^.?!)]\s*$/.test(of().at(-1).innerText)));
  };

  const lay = (slide) => {
    if (fits(slide, LARGE, SMALLER)) return;
    if (blocks(slide).length > 1) {
      const next = another(slide);
      slide.style.setProperty("--box", `${LARGE}px`);
      while (blocks(slide).length > 1 && !within(slide)) next.firstChild.after(blocks(slide).at(-1));
      lay(slide);
      lay(next);
      return;
    }
    if (fits(slide, LARGE, LEAST)) return;
    const [block] = blocks(slide);
    itemize(block);
    if (pieces(block).length > 1) {
      const next = another(slide), rest = continued(block);
      next.append(rest);
      fits(slide, SMALLER, SMALLER);
      move(slide, () => pieces(block), rest);
      lay(slide);
      lay(next);
    } else fits(slide, LEAST, LAST_RESORT);
  };

  // A picture stands beside its words, or below or above them if it is larger so, or if they are too many.
  const place = async (picture) => {
    const figure = picture.closest("figure"), ratio = figure.matches(".explorer") ? 2.4 : 1.8;
    await picture.decode();
    const wide = picture.naturalWidth > ratio * picture.naturalHeight;
    figure.classList.toggle("wide", wide || !within(figure.closest(".slide")));
  };

  addEventListener("load", async () => {
    await document.fonts.ready;
    for (const picture of document.querySelectorAll(".picture img:not([hidden])")) await place(picture);
    document.querySelectorAll(".slide:not(.title, .picture)").forEach(lay);
    for (const link of document.querySelectorAll(".slide a[href]:not([href^='#'])")) link.target = "_blank";
    document.documentElement.classList.add("laid");
    await Reveal.initialize({ width: 1280, height: 720, margin: 0, center: false, hash: true, slideNumber: "c/t", transition: "none" });
    Reveal.on("slidechanged", () => document.activeElement?.blur());
  });

  // On a slider arrows move the slider. What presenters' remotes send moves slides also there, and Escape leaves it.
  addEventListener("keydown", (event) => {
    if (!event.target.matches?.("input") || !["PageDown", "PageUp", "Escape"].includes(event.key)) return;
    event.target.blur();
    if (event.key === "Escape") event.stopPropagation();
  }, { capture: true });
}
