// One choice for all pages: proofs folded or shown. The browser remembers it where it may, and the page where it may not.
{
  const proofs = document.querySelectorAll("details.proof");
  const switches = document.querySelectorAll(".proof-switch input");
  let choice = "folded";

  const remembered = () => {
    try { return localStorage.getItem("proofs"); } catch { return null; }
  };
  const remember = () => {
    try { localStorage.setItem("proofs", choice); } catch { /* then for this page only */ }
  };
  const mark = () => {
    document.documentElement.dataset.proofs = choice;
    for (const each of switches) each.checked = each.type === "radio" ? each.value === choice : choice === "shown";
  };
  const apply = () => {
    for (const proof of proofs) proof.open = choice === "shown";
    mark();
  };

  for (const each of switches) {
    each.addEventListener("change", () => {
      choice = each.type === "radio" ? each.value : each.checked ? "shown" : "folded";
      remember();
      apply();
    });
  }
  // Also after Back to a page that the browser had kept, if the choice was made anew elsewhere.
  addEventListener("pageshow", () => {
    const now = remembered() ?? choice;
    if (now === choice) return;
    choice = now;
    apply();
  });
  choice = remembered() ?? choice;
  (choice === "shown" ? apply : mark)(); // folded they are anyway, but for one that a link has led to

  // Browsers that cannot show folded content by style sheet get their proofs unfolded for print, and folded again.
  if (!CSS.supports("selector(::details-content)")) {
    let unfolded = [];
    addEventListener("beforeprint", () => {
      unfolded = [...proofs].filter((proof) => !proof.open);
      for (const proof of unfolded) proof.open = true;
    });
    addEventListener("afterprint", () => { for (const proof of unfolded) proof.open = false; });
  }
}
