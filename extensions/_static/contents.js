// "Contents" follows the reader, wherever a jump leads. The theme follows only headings that pass the top of the screen.
{
  const nav = document.querySelector("#pst-page-toc-nav");
  const links = [...(nav?.querySelectorAll("a[href^='#']") ?? [])];
  const entries = [...(nav?.querySelectorAll(".toc-entry") ?? [])];
  const section = (link) => document.getElementById(decodeURIComponent(link.hash.slice(1)));
  const below = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) + 40;

  const current = () => {
    const target = document.querySelector("article :target");
    const atEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
    if (atEnd) { // where the last sections cannot reach the top of the screen
      const top = target?.getBoundingClientRect().top;
      return (top >= 0 && top < innerHeight && links.findLast((link) => section(link)?.contains(target))) || links.at(-1);
    }
    return links.findLast((link) => section(link)?.getBoundingClientRect().top < below) ?? links[0];
  };
  const follow = () => {
    const now = current();
    for (const link of links.filter((each) => each.classList.contains("active") !== (each === now))) {
      link.classList.toggle("active", link === now);
      if (link === now) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    for (const entry of entries.filter((each) => each.classList.contains("active") !== each.contains(now))) {
      entry.classList.toggle("active", entry.contains(now));
    }
  };

  if (links.length) {
    for (const type of ["hashchange", "load", "scroll"]) addEventListener(type, () => requestAnimationFrame(follow), { passive: true });
    // What the theme marks is corrected before it is painted.
    new MutationObserver(follow).observe(nav, { attributes: true, attributeFilter: ["class"], subtree: true });
  }
}
