// What a link leads to, shown beside it: statements, equations, figures, citations, exercises; see extensions/previews.py.
{
  const root = new URL(document.documentElement.dataset.content_root ?? "./", location.href);
  const article = document.querySelector("article.bd-article");
  const box = document.createElement("div");
  const DELAY = 300;
  let shown = null; // the link whose preview is seen
  let asked = null; // the link whose preview is wanted
  let by = null; // what asked for it: the pointer or the focus; only its leaving puts the preview away
  let timer;

  const pageOf = (link) => link.href.split("#")[0].split("?")[0].replace(/\/$/, "/index.html");
  const nameOf = (page) => (page.startsWith(root.href) ? decodeURIComponent(page.slice(root.href.length)) : null);

  // The scripts of pages, each loaded when the first link to its page asks for it.
  const loads = {};
  const load = (name) => (loads[name] ??= new Promise((done) => {
    const script = document.createElement("script");
    script.src = new URL(`_static/previews/${name.replace(/\.html$/, ".js")}`, root);
    script.onload = () => done(window.previews?.[name] ?? {});
    script.onerror = () => done({});
    document.head.append(script);
  }));

  const find = async (link) => {
    const [page, name] = [pageOf(link), nameOf(pageOf(link))];
    if (!name?.endsWith(".html")) return null;
    const html = (await load(name))[decodeURIComponent(link.hash.slice(1))];
    if (!html) return null;
    const content = document.createElement("template");
    content.innerHTML = html;
    for (const part of content.content.querySelectorAll("[href], [src]")) {
      const attribute = part.hasAttribute("href") ? "href" : "src";
      part.setAttribute(attribute, new URL(part.getAttribute(attribute), page));
    }
    return content.content;
  };

  // Below the link, all lines of it, or above where there is more room; css keeps it from filling the screen.
  const place = (link) => {
    const [line, gap, edge] = [link.getBoundingClientRect(), 4, 8];
    const room = { above: line.top - gap - edge, below: innerHeight - line.bottom - gap - edge };
    box.style.removeProperty("--room");
    const above = box.offsetHeight > room.below && room.above > room.below;
    const left = Math.min(line.left, document.documentElement.clientWidth - box.offsetWidth - edge);
    box.style.setProperty("--room", `${above ? room.above : room.below}px`);
    box.style.left = `${Math.max(edge, left)}px`;
    box.style.top = above ? "auto" : `${line.bottom + gap}px`;
    box.style.bottom = above ? `${innerHeight - line.top + gap}px` : "auto";
  };

  const hide = () => {
    clearTimeout(timer);
    asked = shown = null;
    if (!box.isConnected || !box.matches(":popover-open")) return;
    box.hidePopover();
    box.replaceChildren();
  };

  // Show the preview of a link; whether there is one.
  const show = async (link) => {
    asked = link;
    const content = await find(link);
    if (asked !== link) return true;
    if (!content) return false;
    hide();
    shown = asked = link;
    link.removeAttribute("title"); // the preview says more
    const title = content.querySelector(".admonition-title, .caption-number, .eqno")?.textContent.trim();
    const go = document.createElement("a");
    go.className = "preview-go";
    go.href = link.href;
    go.textContent = "Go there";
    box.replaceChildren(content, go);
    box.setAttribute("aria-label", `Preview: ${title ?? link.textContent.trim()}`);
    article.append(box);
    box.style.visibility = "hidden"; // until it has its size
    box.showPopover({ source: link });
    place(link);
    box.style.visibility = "";
    return true;
  };

  const later = (action) => {
    clearTimeout(timer);
    timer = setTimeout(action, DELAY);
  };
  const ask = (how, link) => {
    by = how;
    later(() => show(link));
  };
  const linkAt = (event) => {
    const link = event.target.closest?.("a[href*='#']:not(.headerlink)");
    return link && article.contains(link) && !box.contains(link) ? link : null;
  };

  if (article && box.showPopover) {
    box.className = "preview";
    box.popover = "manual";
    box.tabIndex = 0;
    box.setAttribute("role", "dialog");

    addEventListener("pointerover", (event) => {
      if (event.pointerType === "touch") return;
      const link = linkAt(event);
      if (link && link !== shown) ask("pointer", link);
      else if (link || box.contains(event.target)) clearTimeout(timer);
      else if (by === "pointer") later(hide);
    });
    addEventListener("focusin", (event) => {
      const link = linkAt(event);
      if (link?.matches(":focus-visible")) ask("focus", link);
      else if (by === "focus" && !box.contains(event.target)) hide();
    });
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !shown) return;
      if (box.contains(document.activeElement)) shown.focus();
      hide();
    });
    // A finger's first tap shows, its second follows; a tap beside the preview hides it.
    addEventListener("click", async (event) => {
      const link = linkAt(event);
      if (!link) return box.contains(event.target) && !event.target.closest("a") ? undefined : hide();
      if (event.pointerType !== "touch" || link === shown) return hide();
      event.preventDefault();
      event.stopPropagation();
      if (!(await show(link))) location.assign(link.href);
    }, { capture: true });
    addEventListener("scroll", (event) => { if (shown && event.target === document) hide(); }, { capture: true, passive: true });
    for (const type of ["resize", "pagehide"]) addEventListener(type, hide);
  }
}
