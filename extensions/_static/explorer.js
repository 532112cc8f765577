// A slider shows one of the frames that were drawn when the page was built.
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
  figure.querySelectorAll(".frames img").forEach((image, i) => { image.hidden = i !== index; });
});

// After a reload, and after Back, the browser puts sliders where they were, some before and some after the page
// is complete: show their frames.
for (const moment of ["DOMContentLoaded", "pageshow"]) {
  addEventListener(moment, () => {
    for (const slider of document.querySelectorAll("figure.explorer input")) slider.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
