// Run by extensions/formulas.py in an engine without a page, after MathJax has started.
const math = MathJax.startup.document;
const [BINARY, RELATION, OPEN, CLOSE, COMMA] = [2, 3, 4, 5, 6]; // as MathJax classes the parts of a formula

// After each part of a formula: 2 where a line may break, 1 where it may break inside brackets, 0 elsewhere.
const breaks = (tree) => {
  const parts = tree.childNodes[0].childNodes;
  let depth = 0;
  return parts.map((part, i) => {
    depth += (part.texClass === OPEN) - (part.texClass === CLOSE);
    if (!parts[i + 1] || parts[i + 1].kind === "mspace") return 0; // a space ends the line rather than begin the next
    const quad = part.kind === "mspace" && parseFloat(part.attributes.get("width")) >= 1;
    if (!quad && ![BINARY, RELATION, COMMA].includes(part.texClass)) return 0;
    return depth > 0 ? 1 : 2;
  }).join("");
};

const setOne = (tex, display) => {
  const item = new math.options.MathItem(tex, math.inputJax[0], display);
  item.start.node = math.adaptor.body(math.document);
  item.setMetrics(16, 8, 1280, 1e7, 1);
  item.convert(math);
  const marks = display ? "" : breaks(item.root);
  if (/[12]/.test(marks)) math.adaptor.setAttribute(math.adaptor.firstChild(item.typesetRoot), "data-breaks", marks);
  return math.adaptor.outerHTML(item.typesetRoot);
};

// The result of setting [tex, display] pairs; MathJax loads what they need on the way and then tries again.
let result = null;
const setAll = (pairs) => {
  result = null;
  let all = Promise.resolve([]);
  for (const [tex, display] of pairs) {
    all = all.then(async (done) => [...done, await MathJax._.mathjax.mathjax.handleRetriesFor(() => setOne(tex, display))]);
  }
  all.then((done) => { result = JSON.stringify(done); }, (error) => { result = JSON.stringify(String(error)); });
};
const styles = () => math.adaptor.textContent(MathJax.chtmlStylesheet());
