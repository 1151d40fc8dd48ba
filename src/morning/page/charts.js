/** Horizontal bars, each with its count and share as text; a stroke where the share was in the run before. */
function bars(title, rows, whole, before, beforeWhole, hint) {
  const width = 360, left = 118, right = 96, step = 26;
  const old = new Map(before || []);
  const share = (n, of) => (of ? n / of : 0);
  const most = Math.max(0.0001, ...rows.map(([word, n]) => Math.max(share(n, whole), share(old.get(word) || 0, beforeWhole))));
  const scale = (width - left - right) / most;
  const drawn = rows.map(([word, n], at) => {
    const y = at * step, bar = share(n, whole) * scale;
    const then = before ? share(old.get(word) || 0, beforeWhole) : null;
    const told = number(n) + "（" + percent(n, whole) + "）";
    return el("g", null,
      el("title", null, word + "：" + told + (before ? "，上次 " + percent(old.get(word) || 0, beforeWhole) : "")),
      el("text", { x: left - 8, y: y + 17, "text-anchor": "end" }, word),
      el("rect", { class: "bar", x: left, y: y + 5, width: Math.max(bar, n ? 1.5 : 0), height: 16, rx: 2 }),
      before ? el("line", { class: "before", x1: left + then * scale, x2: left + then * scale, y1: y + 2, y2: y + 24 }) : null,
      el("text", { class: "value", x: left + Math.max(bar, then === null ? 0 : then * scale) + 6, y: y + 17 }, told));
  });
  const height = Math.max(1, rows.length) * step + 2;
  const told = rows.map(([word, n]) => word + " " + n).join("，") || "没有";
  return el("div", { class: "chart" }, el("h3", null, title),
    rows.length
      ? el("svg", { viewBox: "0 0 " + width + " " + height, role: "img", "aria-label": title + "：" + told }, drawn)
      : el("p", { class: "note" }, "没有"),
    hint ? el("p", { class: "note" }, hint) : null);
}

/** Columns over the tens of a score. */
function columns(title, tens, hint) {
  const width = 360, height = 150, step = width / tens.length, most = Math.max(1, ...tens);
  const drawn = tens.map((n, at) => {
    const tall = (n / most) * 100, range = at * 10 + "–" + (at === 9 ? 100 : at * 10 + 9);
    return el("g", null, el("title", null, range + " 分：" + n + " 通"),
      el("rect", { class: "bar", x: at * step + 4, y: 118 - tall, width: step - 8, height: tall, rx: 2 }),
      el("text", { class: "value", x: at * step + step / 2, y: 113 - tall, "text-anchor": "middle" }, n || ""),
      el("text", { class: "soft", x: at * step + step / 2, y: 136, "text-anchor": "middle" }, String(at * 10)));
  });
  const told = tens.map((n, at) => at * 10 + " 分起 " + n).join("，");
  return el("div", { class: "chart" }, el("h3", null, title),
    el("svg", { viewBox: "0 0 " + width + " " + height, role: "img", "aria-label": title + "：" + told },
      el("line", { class: "axis", x1: 0, x2: width, y1: 118.5, y2: 118.5 }), drawn),
    el("p", { class: "note" }, hint));
}

function card(word, n, then, alarm) {
  const was = then === null || then === undefined ? null : "上次 " + number(then);
  return el("div", { class: "card" + (alarm && n ? " alarm" : "") }, el("span", null, word), el("b", null, number(n)), was ? el("span", null, was) : null);
}

function overview() {
  const { now, before } = night;
  const old = (pick) => (before ? pick(before) : null);
  const level = (counts, word) => (counts.risk.find(([own]) => own === word) || [0, 0])[1];
  const [high, medium] = [now.risk[0][0], now.risk[1][0]];
  const felt = (counts) => counts.distress.slice(0, 2).reduce((sum, [, n]) => sum + n, 0);
  byId("cards").append(
    card("通话", now.calls, old((b) => b.calls)),
    card("高风险", level(now, high), old((b) => level(b, high)), true),
    card("中风险", level(now, medium), old((b) => level(b, medium))),
    card("高风险而未警示", now.missed, old((b) => b.missed), true),
    card("待复核", night.to_review, old((b) => b.review)),
    card("情绪中等及以上", felt(now), old(felt)),
    card("自伤线索", now.self_harm, old((b) => b.self_harm), true),
    card("应共情", now.care_due, old((b) => b.care_due)),
    card("有禁语", now.taboo, old((b) => b.taboo)),
    card("拒收", night.rejected, null, true));
  const calls = now.calls, then = before ? before.calls : 0;
  const risky = level(now, high) + level(now, medium), riskyThen = before ? level(before, high) + level(before, medium) : 0;
  const chart = (title, key, whole, wholeThen, hint) => bars(title, now[key], whole, before && before[key], wholeThen, hint);
  byId("charts").append(
    chart("风险等级", "risk", calls, then),
    chart("诈骗类型", "scam_types", risky, riskyThen, "只数中、高风险的通话。"),
    chart("所处阶段", "phases", risky, riskyThen, "只数中、高风险的通话。"),
    chart("情绪强度", "distress", calls, then),
    chart("情绪类别", "distress_kinds", calls, then, "一通电话可以有几类。"),
    chart("情绪走向", "trends", now.trends.reduce((sum, [, n]) => sum + n, 0), before ? before.trends.reduce((sum, [, n]) => sum + n, 0) : 0),
    chart("共情等级（应共情的通话）", "care", now.care_due, before ? before.care_due : 0),
    columns("共情分（应共情的通话）", now.care_tens, "均分 " + (now.mean_care || "–") + (before ? "，上次 " + (before.mean_care || "–") : "") + "；共 " + number(now.care_due) + " 通。"),
    chart("复核原因", "reasons", calls, then, "一通电话可以有几个原因。"));
  if (before) byId("charts").append(el("p", { class: "note" }, "竖线是上次（" + number(before.calls) + " 通）的占比；卡片里「上次」是通数。"));
  byId("span").textContent = [night.from.slice(0, 16).replace("T", " "), night.to.slice(0, 16).replace("T", " ")].filter(Boolean).join(" 至 ")
    + "　读入 " + number(night.read) + "，评分 " + number(night.scored) + "，拒收 " + number(night.rejected);
  byId("versions").textContent = " 程序 " + night.engine_version + "，词库 " + night.lexicon_version + "。";
  byId("carried").textContent = night.shown < night.to_review
    ? "本页带了最要紧的 " + number(night.shown) + " 通，另有 " + number(night.to_review - night.shown) + " 通待复核在 calls.csv 里。"
    : "全部 " + number(night.to_review) + " 通待复核都在本页。";
  if (!night.has_conversations) byId("carried").append(" 这次运行没有留下对话，只有账目。");
}

function people() {
  const heads = ["工号", "班组", ["通话"], ["高风险"], ["未警示"], ["警示用时中位（秒）"], ["应共情"], ["共情均分"], ["情绪已回应"], ["禁语/百通"]];
  const rows = (groups) => groups.map((row) => row.map((cell) => (cell === "" ? "" : typeof cell === "number" ? number(cell) : cell)));
  const few = "只列有 " + night.enough + " 通及以上的；单项不足 " + night.enough + " 例的留空。";
  const block = (title, groups, heads) => groups.length
    ? [el("h3", null, title), el("div", { class: "scroll" }, table(title, heads, groups))]
    : [el("h3", null, title), el("p", { class: "note" }, "没有够 " + night.enough + " 通的。")];
  byId("groups").append(
    ...block("班组", rows(night.teams).map((row) => row.slice(1)), heads.slice(1)),
    ...block("坐席", rows(night.agents), heads),
    el("p", { class: "note" }, few + (night.agents_enough > night.agents.length ? "坐席共 " + number(night.agents_enough) + " 人，其余见 agents.csv。" : "")));
  byId("terms").append(el("div", { class: "scroll" }, table("最忙的词条", ["编号", "词条", "用于", ["通话"], ["命中"]],
    night.terms.map(([id, term, dimension, calls, hits]) => [id, term, dimension, number(calls), number(hits)]))));
}
