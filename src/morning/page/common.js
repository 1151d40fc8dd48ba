const data = JSON.parse(document.getElementById("data").textContent);
const { night, cases, texts } = data;
const byId = (id) => document.getElementById(id);
const number = (n) => n.toLocaleString("zh-CN");

/** An element with attributes and children; text is always text. */
function el(tag, attributes, ...children) {
  const svg = ["svg", "rect", "text", "line", "circle", "title", "g"].includes(tag);
  const made = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

/** A share in percent with one decimal; nothing of nothing. */
const percent = (part, whole) => (whole ? ((part / whole) * 100).toFixed(1) + "%" : "–");

/** Minutes and seconds from the beginning of the call. */
function clock(ms) {
  if (ms === null || ms === undefined) return "";
  const seconds = Math.floor(ms / 1000);
  return String(Math.floor(seconds / 60)).padStart(2, "0") + ":" + String(seconds % 60).padStart(2, "0");
}

/** A table from its heads (text, or [text] for a column of numbers) and rows of texts and nodes. */
function table(caption, heads, rows, kind) {
  const right = heads.map((head) => Array.isArray(head));
  const cell = (tag, child, at) => el(tag, { class: right[at] ? "n" : null, scope: tag === "th" ? "col" : null }, child);
  return el("table", { class: kind || null, "aria-label": caption },
    el("thead", null, el("tr", null, heads.map((head, at) => cell("th", Array.isArray(head) ? head[0] : head, at)))),
    el("tbody", null, rows.map((row) => el("tr", null, row.map((child, at) => cell("td", child, at))))));
}

const theme = byId("theme");
function setTheme(dark) {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  theme.setAttribute("aria-pressed", String(dark));
  theme.textContent = dark ? "浅色" : "深色";
}
setTheme(window.matchMedia("(prefers-color-scheme: dark)").matches);
theme.addEventListener("click", () => setTheme(document.documentElement.dataset.theme !== "dark"));
byId("print").addEventListener("click", () => window.print());

const tip = byId("tip");
/** Shows the meaning of what the pointer or the focus is on. */
function explain(target, text) {
  const show = () => {
    tip.textContent = text;
    tip.hidden = false;
    const box = target.getBoundingClientRect();
    const left = Math.max(8, Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - 8));
    tip.style.left = left + window.scrollX + "px";
    tip.style.top = box.bottom + window.scrollY + 6 + "px";
  };
  const hide = () => { tip.hidden = true; };
  target.addEventListener("mouseenter", show);
  target.addEventListener("focus", show);
  target.addEventListener("mouseleave", hide);
  target.addEventListener("blur", hide);
  target.setAttribute("aria-label", target.textContent + "：" + text.replaceAll("\n", "；"));
}
