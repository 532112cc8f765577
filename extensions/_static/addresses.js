// An address whose place is not on this page leads to where it is now: see extensions/addresses.py.
{
  const root = new URL(document.documentElement.dataset.content_root ?? "./", location.href);
  const follow = () => {
    const id = location.hash.slice(1);
    if (!id || document.getElementById(id)) return;
    const script = document.createElement("script");
    script.src = new URL("_static/labels.js", root);
    script.onload = () => {
      script.remove();
      // Of what belongs to a statement, such as its proof, the address leads to the statement.
      const place = window.bookLabels[id] ?? window.bookLabels[id.replace(/^(proof|check|source)-/, "")];
      if (place) location.replace(new URL(place, root));
    };
    document.head.append(script);
  };
  follow();
  addEventListener("hashchange", follow);
}
