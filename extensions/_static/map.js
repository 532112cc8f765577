// The arcs of the statement under the pointer or the focus stand out: down to what it rests on, up to what uses it.
const follow = (event) => {
  const row = event.target.closest?.(".map li");
  for (const arc of document.querySelectorAll(".map path")) {
    const [resting, ground] = arc.dataset.ends.split(" ");
    arc.classList.toggle("below", resting === row?.dataset.label);
    arc.classList.toggle("above", ground === row?.dataset.label);
  }
};
addEventListener("pointerover", follow);
addEventListener("focusin", follow);
