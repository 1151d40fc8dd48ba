const CHUNK = 60;
const KEYS = [
  ["risk_level", "风险"], ["scam_type", "类型"], ["phase", "阶段"], ["distress_level", "情绪"], ["empathy_level", "共情"],
  ["review_reasons", "原因"], ["distress_kinds", "情绪类别"], ["team", "班组"], ["agent_id", "坐席"]];
let found = cases, rendered = 0, open = null;

function chips(call) {
  const level = { [night.now.risk[0][0]]: "high", [night.now.risk[1][0]]: "medium" }[call.risk_level] || "low";
  return [
    el("span", { class: "chip " + level }, "风险 " + call.risk_level + " " + call.risk_score),
    call.distress_kinds.length ? el("span", { class: "chip feel" }, "情绪 " + call.distress_level) : null,
    call.empathy_score === null ? null : el("span", { class: "chip" }, "共情 " + call.empathy_score),
    call.self_harm ? el("span", { class: "chip harm" }, "自伤线索") : null];
}

function rowOf(call) {
  return el("li", null, el("button", { type: "button", class: "row", "data-call": call.call_id, "aria-current": String(call === open), onclick: () => openCall(call) },
    el("span", { class: "head" }, el("b", null, call.call_id), chips(call)),
    el("span", { class: "why" }, "优先级 " + call.review_priority + "　" + call.review_reasons.join("、")),
    el("span", { class: "why" }, [call.scam_type, call.phase, call.agent_id, call.team].filter(Boolean).join(" · "))));
}

function renderMore() {
  const list = byId("list");
  list.append(...found.slice(rendered, rendered + CHUNK).map(rowOf));
  rendered = Math.min(found.length, rendered + CHUNK);
  byId("more").hidden = rendered >= found.length;
}

/** Everything of a call that can be searched, made when it is first asked for. */
const haystacks = new Map();
function haystack(call) {
  if (!haystacks.has(call)) {
    const said = (call.said || []).map(([, , , text]) => text).join("\n");
    haystacks.set(call, [call.call_id, call.agent_id, call.team, call.scam_type, call.risk_reason, call.review_reasons.join(" "), said].join("\n").toLowerCase());
  }
  return haystacks.get(call);
}

function filter() {
  const form = new FormData(byId("filters"));
  const words = String(form.get("words") || "").toLowerCase().split(/\s+/).filter(Boolean);
  const asked = KEYS.map(([key]) => [key, form.get(key)]).filter(([, value]) => value);
  found = cases.filter((call) =>
    asked.every(([key, value]) => (Array.isArray(call[key]) ? call[key].includes(value) : call[key] === value))
    && (!form.get("self_harm") || call.self_harm) && (!form.get("missed") || (call.risk_level === night.now.risk[0][0] && !call.agent_warned))
    && words.every((word) => haystack(call).includes(word)));
  byId("list").replaceChildren();
  rendered = 0;
  renderMore();
  byId("found").textContent = found.length === cases.length ? "共 " + number(cases.length) + " 通" : "筛出 " + number(found.length) + " 通，共 " + number(cases.length) + " 通";
}

function openCall(call) {
  open = call;
  const at = found.indexOf(call);
  showCall(call, at > 0 ? found[at - 1] : null, at >= 0 ? found[at + 1] : null);
  document.querySelectorAll(".row").forEach((row) => row.setAttribute("aria-current", String(row.dataset.call === call.call_id)));
  history.replaceState(null, "", "#call=" + encodeURIComponent(call.call_id));
  byId("call").focus({ preventScroll: true });
  byId("call").scrollIntoView({ block: "start" });
}

function closeCall() {
  const row = [...document.querySelectorAll(".row")].find((row) => open && row.dataset.call === open.call_id);
  open = null;
  document.body.classList.remove("open");
  byId("call").replaceChildren(el("p", { class: "note" }, "从左边选一通电话。方向键上下移动，回车打开，Esc 关上。"));
  document.querySelectorAll(".row").forEach((other) => other.setAttribute("aria-current", "false"));
  history.replaceState(null, "", "#review");
  (row || byId("filters").elements.words).focus();
}

function buildFilters() {
  const values = (key) => {
    const counts = new Map();
    for (const call of cases) for (const value of [call[key]].flat()) if (value) counts.set(value, (counts.get(value) || 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1]);
  };
  const select = ([key, word]) => {
    const options = values(key);
    return options.length < 2 ? null : el("label", null, word, el("select", { name: key }, el("option", { value: "" }, "全部"),
      options.map(([value, n]) => el("option", { value }, value + "（" + n + "）"))));
  };
  const box = (name, word) => el("label", null, el("input", { type: "checkbox", name }), word);
  byId("filters").append(...[
    el("input", { type: "search", name: "words", placeholder: "搜编号、坐席、原话", "aria-label": "搜索" }),
    ...KEYS.map(select), box("self_harm", "自伤线索"), box("missed", "高风险未警示"), el("button", { type: "reset" }, "清除")].filter(Boolean));
  byId("filters").addEventListener("input", filter);
  byId("filters").addEventListener("reset", () => setTimeout(filter));
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
}

function keys(event) {
  if (event.key === "Escape" && open) { closeCall(); return; }
  const row = document.activeElement && document.activeElement.closest(".row");
  if (!row || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
  event.preventDefault();
  if (event.key === "ArrowDown" && !row.parentElement.nextElementSibling && rendered < found.length) renderMore();
  const other = event.key === "ArrowDown" ? row.parentElement.nextElementSibling : row.parentElement.previousElementSibling;
  if (other) other.firstElementChild.focus();
}

function openFromAddress() {
  const asked = /^#call=(.*)$/.exec(location.hash);
  const call = asked && cases.find((own) => own.call_id === decodeURIComponent(asked[1]));
  if (call) openCall(call);
}

overview();
people();
buildFilters();
filter();
document.addEventListener("keydown", keys);
byId("more").addEventListener("click", renderMore);
byId("list").addEventListener("scroll", () => {
  const list = byId("list");
  if (rendered < found.length && list.scrollTop + list.clientHeight > list.scrollHeight - 200) renderMore();
});
window.addEventListener("hashchange", openFromAddress);
openFromAddress();
document.documentElement.dataset.ready = "yes";
