// Where a link, Back and a reload lead: to a place that is unfolded and in sight.
{
  const found = history.state; // before sphinx_highlight.js, which runs after this, forgets it
  const sections = () => [...document.querySelectorAll(".bd-article > section > section")];
  const placeOf = (hash) => document.getElementById(decodeURIComponent(hash.slice(1)));
  const folds = () => [...document.querySelectorAll("article :is(details, .toggle)")];
  const isOpen = (fold) => (fold.matches("details") ? fold.open : !fold.matches(".toggle-hidden"));
  const setOpen = (fold, open) => {
    if (isOpen(fold) === open) return;
    if (fold.matches("details")) fold.open = open;
    else fold.querySelector(".toggle-button").click();
  };

  // Unfold a place, all that it lies in and, with a check, the code that it checks; the cell of a check comes into sight.
  const unfold = (place) => {
    const cell = place?.matches(".check") && place.closest(".cell");
    for (const fold of folds()) if (fold.contains(place) || (cell && cell.contains(fold))) setOpen(fold, true);
    if (!cell) return;
    const [top, { top: checked, height }] = [cell.getBoundingClientRect().top, place.getBoundingClientRect()];
    const room = innerHeight - height - 2 * parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop);
    place.style.scrollMarginTop = `${Math.max(0, Math.min(checked - top, room))}px`;
  };

  // Before the browser follows a link within the page, also one that it followed before.
  addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const here = link && link.hash && link.href.split("#")[0] === location.href.split("#")[0];
    if (!here || event.ctrlKey || event.metaKey || event.shiftKey) return;
    unfold(placeOf(link.hash));
    // The browser does not find a place that it has not laid out yet, see sections.css.
    setTimeout(() => event.defaultPrevented || placeOf(link.hash)?.scrollIntoView());
  }, { capture: true });

  // An address typed by hand, which has no state yet; Back and Forward find the page as it was left.
  addEventListener("hashchange", () => {
    const place = placeOf(location.hash);
    if (history.state || !place) return;
    history.replaceState({}, "");
    if (place.checkVisibility()) return;
    unfold(place);
    place.scrollIntoView();
  });

  // How the page was left; how all proofs are to be shown may have been chosen anew since, see proofs.js.
  const choice = () => document.documentElement.dataset.proofs;
  addEventListener("pagehide", () => history.replaceState({
    top: scrollY, open: folds().map(isOpen), choice: choice(), heights: sections().map((it) => it.offsetHeight),
  }, ""));
  addEventListener("load", () => {
    const left = found?.choice === choice() ? found : null;
    history.replaceState(found ?? {}, "");
    const now = folds();
    left?.open.forEach((open, i) => { if (now[i]) setOpen(now[i], open); });
    // Sections that are far away had a height, measured or not, and have it again: see sections.css.
    if (left) sections().forEach((it, i) => { it.style.containIntrinsicBlockSize = `auto ${left.heights[i] ?? 2000}px`; });
    if (left) scrollTo({ top: left.top, behavior: "instant" });
    else if (location.hash) {
      unfold(placeOf(location.hash));
      placeOf(location.hash)?.scrollIntoView();
    }
  });

  // A link in the title of a folded solution leads to its exercise and does not fold, which is what clicks on titles do.
  addEventListener("click", (event) => {
    if (event.target.closest(".admonition-title a")) event.stopPropagation();
  }, { capture: true });
}
