// A slider shows one of the frames that were drawn when the page was built. Those that are not shown at first are files
// of their own, see extensions/explorers.py.
const fetchFrames = (figure) => {
  for (const frame of figure.querySelectorAll("img[data-src]")) {
    frame.src = frame.dataset.src;
    frame.removeAttribute("data-src");
  }
};

document.addEventListener("input", (event) => {
  const figure = event.target.closest("figure.explorer");
  if (!figure) return;
  let index = 0;
  for (const slider of figure.querySelectorAll("input[type=range]")) {
    const values = JSON.parse(slider.dataset.values);
    slider.nextElementSibling.value = values[slider.value];
    slider.setAttribute("aria-valuetext", values[slider.value]);
    index = index * values.length + Number(slider.value);
  }
  const frames = figure.querySelectorAll(".frames img");
  if (frames[index].dataset.src) fetchFrames(figure);
  frames.forEach((image, i) => { image.hidden = i !== index; });
});

addEventListener("load", () => {
  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) fetchFrames(target);
  }, { rootMargin: "100%" });
  for (const figure of document.querySelectorAll("figure.explorer")) near.observe(figure);
});

// After a reload, and after Back, the browser puts sliders where they were, some before and some after the page
// is complete: show their frames.
for (const moment of ["DOMContentLoaded", "pageshow"]) {
  addEventListener(moment, () => {
    for (const slider of document.querySelectorAll("figure.explorer input")) slider.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
