// The search page. Statements that the index knows by the words of the query come first; excerpts have no raw TeX.
const htmlToText = Search.htmlToText;
Search.htmlToText = (page, anchor) => htmlToText(
  page.replace(/<(span|div) class="math.*?<\/\1>/gs, " … "),
  anchor && `#${CSS.escape(anchor.slice(1))}`,
);

// A page that was opened as a file may not read others: no excerpts there.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

const words = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "")
  .replace(/(a[lr]|[oe]r|im|tri)is(?=[aei])/g, "$1iz").replaceAll("parameteriz", "parametriz")
  .match(/[\p{L}\p{N}]+/gu) ?? [];
// A short word is an abbreviation and stands as it is; of a longer one the beginning will do.
const meets = (word, asked) => word === asked || (asked.length > 2 && word.startsWith(asked));
const rank = (term, asked) => {
  const has = term.split(" ");
  if (!asked.every((it) => has.some((word) => meets(word, it)))) return Infinity;
  return has.length - asked.length;
};

const link = (url, text) => Object.assign(document.createElement("a"), { href: document.documentElement.dataset.content_root + url, textContent: text });
const listed = (query) => {
  const asked = words(query);
  const rows = asked.length ? bookIndex.statements : [];
  return rows.map((row) => [Math.min(...row.terms.map((term) => rank(term, asked))), row])
    .filter(([rank]) => rank < Infinity).sort(([a], [b]) => a - b).slice(0, 10).map(([, row]) => row);
};

addEventListener("DOMContentLoaded", () => {
  const results = document.getElementById("search-results");
  const found = listed(new URLSearchParams(location.search).get("q") ?? "");
  const list = document.createElement("ul");
  list.className = "statements";
  for (const { name, page, url } of found) {
    const item = list.appendChild(document.createElement("li"));
    item.append(link(url, name), ` in ${page}`);
  }
  const more = document.createElement("p");
  more.append("All terms stand in the ", link(bookIndex.url, "Index"), ".");
  if (found.length) results.before(Object.assign(document.createElement("h2"), { textContent: "Statements" }), list);
  results.before(more);
});
