const SPEAKERS = [["agent", "客服"], ["customer", "客户"], ["other", "其他"]];
/** A line of a ledger by name: the page keeps it as a short array. */
const lineOf = ([dimension, turn, from, to, id, term, kind, stance, reason, points]) =>
  ({ dimension, turn, from, to, id: texts[id], term: texts[term], kind: texts[kind], stance: texts[stance], reason: texts[reason], points });
const signed = (points) => (points > 0 ? "+" + points : points < 0 ? "−" + -points : "0");
const meaning = (line) => night.dimensions[line.dimension] + " " + (line.points ? signed(line.points) + " 分" : "不计分") + " · "
  + [line.kind, line.reason].filter(Boolean).join(" ") + " · " + line.id + (line.term ? " 「" + line.term + "」" : "");

/** The text of a turn, its evidence marked where spans begin and end. */
function marked(text, lines) {
  const chars = Array.from(text);
  const spans = lines.filter((line) => line.to > line.from && line.from < chars.length);
  const cuts = [...new Set([0, chars.length, ...spans.flatMap((line) => [line.from, Math.min(line.to, chars.length)])])].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((from, at) => {
    const piece = chars.slice(from, cuts[at + 1]).join("");
    const over = spans.filter((line) => line.from <= from && line.to > from);
    if (!over.length) return piece;
    over.sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
    const mark = el("mark", { tabindex: "0", class: "d" + over[0].dimension + (over[0].points ? "" : " idle") }, piece);
    explain(mark, over.map(meaning).join("\n"));
    return mark;
  });
}

function conversation(call, lines) {
  if (!call.said) return el("p", { class: "note" }, "这次运行没有留下对话。");
  if (!call.said.some((said) => said[3])) return el("p", { class: "note" }, "这次运行不留原话（--no-quotes）。");
  let last = 0;
  const items = [];
  for (const [turn, speaker, ms, text] of call.said) {
    if (turn !== last + 1) items.push(el("li", { class: "gap" }, "略去 " + (turn - last - 1) + " 句"));
    last = turn;
    const [kind, word] = SPEAKERS[speaker];
    items.push(el("li", { class: kind, id: "turn-" + turn },
      el("span", { class: "who" }, word + " #" + turn + " " + clock(ms)),
      el("p", null, marked(text, lines.filter((line) => line.turn === turn)))));
  }
  if (last < call.turns) items.push(el("li", { class: "gap" }, "略去 " + (call.turns - last) + " 句"));
  return el("ol", { class: "talk" }, items);
}

/** Goes to a turn of the open call. */
function goTo(turn) {
  const item = byId("turn-" + turn);
  if (!item) return;
  document.querySelectorAll(".talk .here").forEach((other) => other.classList.remove("here"));
  item.classList.add("here");
  item.scrollIntoView({ block: "center" });
}

function ledger(title, lines, score) {
  const own = lines.filter((line) => line.points);
  const sum = own.reduce((total, line) => total + line.points, 0);
  const rows = own.map((line) => [
    line.turn ? el("button", { type: "button", onclick: () => goTo(line.turn) }, "#" + line.turn) : "",
    [line.kind, line.reason].filter(Boolean).join(" "), line.id, signed(line.points)]);
  const made = table(title, ["句", "为什么", "编号", ["分"]], rows, "ledger");
  made.append(el("tfoot", null, el("tr", null, el("td", { colspan: "3" }, "合计"), el("td", { class: "n" }, String(sum)))));
  return el("details", { open: true }, el("summary", null, title + " " + (score === null ? "（不应共情）" : score + " 分") + "，" + own.length + " 条"), made);
}

/** Evidence, distress and the agent's answers over the time of the call, or over its turns where times are missing. */
function timeline(call, lines) {
  const starts = new Map((call.said || []).map(([turn, , ms]) => [turn, ms]));
  const timed = call.said && call.said.every(([, , ms]) => ms !== null);
  const place = (turn) => (timed ? starts.get(turn) : turn);
  const end = Math.max(1, timed ? Math.max(...starts.values(), (call.duration_s || 0) * 1000) : call.turns);
  const width = 760, left = 84, x = (turn) => left + ((place(turn) || 0) / end) * (width - left - 16);
  const lanes = [["风险证据", 0], ["情绪", 1], ["共情与禁语", 2, 3], ["规定动作", 4]];
  const events = [];
  const drawn = lanes.map(([word, ...dimensions], at) => {
    const y = at * 28 + 20;
    const turns = new Map();
    for (const line of lines) {
      if (line.turn && dimensions.includes(line.dimension) && (line.points || line.dimension > 2)) {
        turns.set(line.turn, [...(turns.get(line.turn) || []), line]);
      }
    }
    const dots = [...turns].filter(([turn]) => !timed || starts.has(turn)).map(([turn, own]) => {
      const told = (timed ? clock(starts.get(turn)) + " " : "") + "#" + turn + " " + own.map((line) => line.reason || line.kind).join("；");
      events.push([place(turn), word, told]);
      const points = own.reduce((sum, line) => sum + Math.abs(line.points), 0);
      return el("circle", { cx: x(turn), cy: y, r: Math.min(9, 3.5 + Math.sqrt(points)), fill: "var(--" + ["risk", "distress", "empathy", "conduct", "duty"][own[0].dimension] + ")", "fill-opacity": "0.75" }, el("title", null, told));
    });
    return el("g", null, el("text", { class: "soft", x: 0, y: y + 4 }, word), el("line", { class: "axis", x1: left, x2: width - 16, y1: y, y2: y }), dots);
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => el("text", { class: "soft", x: left + share * (width - left - 16), y: 128, "text-anchor": "middle" },
    timed ? clock(share * end) : "#" + Math.max(1, Math.round(share * end))));
  events.sort((a, b) => a[0] - b[0]);
  return el("div", null,
    el("svg", { viewBox: "0 0 " + width + " 134", role: "img", "aria-label": "时间线，" + events.length + " 处" }, drawn, ticks),
    el("details", null, el("summary", null, "时间线的文字（" + events.length + " 处）"), el("ol", null, events.map(([, word, told]) => el("li", null, word + " " + told)))));
}

function fact(word, value, wide) {
  return value === "" || value === null || value === undefined ? null : el("div", { class: wide ? "wide" : null }, el("dt", null, word), el("dd", null, String(value)));
}

/** The open call. */
function showCall(call, previous, next) {
  const lines = call.lines.map(lineOf);
  const of = (dimension) => lines.filter((line) => line.dimension === dimension);
  const step = (word, other) => el("button", { type: "button", disabled: !other, onclick: () => other && openCall(other) }, word);
  byId("call").replaceChildren(
    el("header", null, el("h3", null, call.call_id), ...chips(call),
      el("span", { class: "steps" }, step("上一通", previous), " ", step("下一通", next), " ", el("button", { type: "button", onclick: closeCall }, "关上"))),
    el("dl", { class: "facts" },
      fact("开始", call.started_at.replace("T", " ")), fact("坐席", [call.agent_id, call.team].filter(Boolean).join(" · ")),
      fact("时长", call.duration_s === null ? "" : clock(call.duration_s * 1000)), fact("句数", call.turns),
      fact("诈骗类型", [call.scam_type, call.scam_type_2].filter(Boolean).join("；次选 ")), fact("所处阶段", call.phase),
      fact("话术环节", call.stages), fact("首个证据", call.first_evidence_turn && "#" + call.first_evidence_turn),
      fact("客服警示", call.agent_warned ? "#" + call.first_warning_turn + (call.warning_latency_s === null ? "" : "，" + call.warning_latency_s + " 秒后") : "没有"),
      fact("规定动作", call.duty_steps), fact("保护措施", call.protective_actions), fact("通话结果", call.outcome),
      fact("情绪", [call.distress_level, call.distress_kinds.join("、"), call.distress_trend].filter(Boolean).join("；")),
      fact("特殊客群", call.vulnerability), fact("情绪段", call.episodes ? call.episodes + " 段，已回应 " + call.episodes_answered : ""),
      fact("置信度", call.confidence), fact("输入告警", call.input_warnings),
      fact("做得好", call.empathy_strengths, true), fact("待改进", call.empathy_gaps, true)),
    el("p", null, el("b", null, "为什么要看："), call.review_reasons.join("、") + (call.risk_reason ? "。" + call.risk_reason : "")),
    timeline(call, lines),
    el("p", { class: "legend" }, night.dimensions.map((word, at) => el("mark", { class: "d" + at }, word)), el("mark", { class: "idle" }, "不计分")),
    conversation(call, lines),
    el("h3", null, "账本：每一分从哪里来"),
    ledger(night.dimensions[0], of(0), call.risk_score), ledger(night.dimensions[1], of(1), call.distress_score), ledger(night.dimensions[2], of(2), call.empathy_score));
  document.body.classList.add("open");
}
