// A link to or into a folded proof or solution unfolds it.
const unfold = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  target?.closest("details")?.setAttribute("open", "");
  target?.closest(".toggle-hidden")?.querySelector(".toggle-button").click();
};
addEventListener("hashchange", unfold);
addEventListener("load", unfold);

// A link in the title of a folded solution leads to its exercise and does not fold, which is what clicks on titles do.
addEventListener("click", (event) => {
  if (event.target.closest(".admonition-title a")) event.stopPropagation();
}, { capture: true });

// Browsers that cannot show folded content by style sheet get their proofs unfolded for print.
addEventListener("beforeprint", () => {
  if (!CSS.supports("selector(::details-content)")) for (const proof of document.querySelectorAll("details.proof")) proof.open = true;
});
