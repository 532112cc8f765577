// The sliders of an explorer with a kernel. The kernel draws; here handle, value and picture are kept together.
function render({ model, el }) {
  el.innerHTML = `<figure class="explorer">${model.get("controls")}<div class="frames"></div></figure>`;
  const sliders = [...el.querySelectorAll("input")];
  for (const slider of sliders) slider.dataset.lmSuppressShortcuts = "true";  // else JupyterLab keeps the arrow keys
  const tell = (slider) => {
    const value = JSON.parse(slider.dataset.values)[slider.value];
    slider.nextElementSibling.value = value;
    slider.setAttribute("aria-valuetext", value);
  };
  const place = () => sliders.forEach((slider, i) => { slider.value = model.get("positions")[i]; tell(slider); });
  const show = () => { el.querySelector(".frames").innerHTML = model.get("picture"); };
  el.addEventListener("input", (event) => tell(event.target));
  el.addEventListener("change", () => {
    model.set("positions", sliders.map((slider) => Number(slider.value)));
    model.save_changes();
  });
  model.on("change:positions", place);
  model.on("change:picture", show);
  place();
  show();
}
export default { render };
