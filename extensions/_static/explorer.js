// A slider shows one of the frames that were drawn when the page was built. Those that are not shown at first are in a
// script, see extensions/explorers.py.
const fetchFrames = () => {
  const first = document.querySelector("img[data-script]");
  if (!first || first.dataset.script === fetchFrames.asked) return;
  const script = document.createElement("script");
  script.src = fetchFrames.asked = first.dataset.script;
  script.onload = () => {
    for (const frame of document.querySelectorAll("img[data-frame]")) {
      frame.src = `data:image/svg+xml,${encodeURIComponent(window.frames_of_explorers[frame.dataset.frame])}`;
      frame.style.minWidth = frame.parentElement.querySelector("img").style.minWidth; // see wide.js
      for (const name of ["data-frame", "data-script"]) frame.removeAttribute(name);
    }
  };
  document.head.append(script);
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
  if (frames[index].dataset.frame) fetchFrames();
  frames.forEach((image, i) => { image.hidden = i !== index; });
});

addEventListener("load", () => {
  const near = new IntersectionObserver((entries) => {
    if (entries.some(({ isIntersecting }) => isIntersecting)) fetchFrames();
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
