// Put at the end of a copy of the page by tests/report.rs: does what a reader does and writes down what came of it.
(async () => {
  const told = {};
  const settle = () => new Promise((done) => setTimeout(done, 30));
  const rows = () => document.querySelectorAll(".row").length;
  const change = async (name, value) => {
    const control = byId("filters").elements[name];
    if (control.type === "checkbox") control.checked = value;
    else control.value = value;
    byId("filters").dispatchEvent(new Event("input"));
    await settle();
  };
  try {
    told.ready = document.documentElement.dataset.ready;
    told.cards = [...document.querySelectorAll(".card")].map((card) => [card.querySelector("span").textContent, card.querySelector("b").textContent]);
    told.charts = [...document.querySelectorAll(".chart")].map((chart) => ({
      title: chart.querySelector("h3").textContent,
      bars: chart.querySelectorAll("rect").length,
      label: chart.querySelector("svg") ? chart.querySelector("svg").getAttribute("aria-label") : "",
      inked: [...chart.querySelectorAll("rect")].some((rect) => rect.getBBox().width > 0 && rect.getBBox().height > 0),
    }));
    told.rows = rows();
    await change("risk_level", "高");
    told.high = rows();
    told.found = byId("found").textContent;
    await change("risk_level", "");
    await change("words", "script");
    told.searched = [...document.querySelectorAll(".row")].map((row) => row.dataset.call);
    await change("words", "");
    await change("self_harm", true);
    told.harm = rows();
    await change("self_harm", false);
    openCall(cases.find((call) => call.call_id === "PLANTED") || cases[0]);
    await settle();
    told.address = location.hash;
    told.heading = document.querySelector("#call h3").textContent;
    told.turns = document.querySelectorAll(".talk li p").length;
    told.planted = [...document.querySelectorAll(".talk li p")].map((p) => p.textContent).find((text) => text.includes("script")) || "";
    told.dots = document.querySelectorAll("#call svg circle").length;
    const mark = document.querySelector("mark[tabindex]");
    mark.focus();
    told.tip = byId("tip").hidden ? "" : byId("tip").textContent;
    mark.blur();
    mark.dispatchEvent(new MouseEvent("mouseenter"));
    told.hovered = !byId("tip").hidden;
    mark.dispatchEvent(new MouseEvent("mouseleave"));
    told.hidden = byId("tip").hidden;
    told.ledgers = [...document.querySelectorAll("#call .ledger tfoot .n")].map((cell) => cell.textContent);
    told.summaries = [...document.querySelectorAll("#call details > summary")].map((summary) => summary.textContent);
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    await settle();
    told.closed = !document.body.classList.contains("open") && document.activeElement.dataset.call;
    const first = document.querySelector(".row");
    first.focus();
    first.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
    told.moved = document.activeElement !== first && document.activeElement.classList.contains("row");
    const paper = () => getComputedStyle(document.body).backgroundColor;
    const light = paper();
    byId("theme").click();
    told.dark = paper() !== light;
    told.foreign = document.querySelectorAll("#call script, #list script, #groups script, b.evil").length;
    told.loaded = performance.getEntriesByType("resource").length;
  } catch (error) {
    window.faults.push(String(error));
  }
  told.faults = window.faults;
  document.body.replaceChildren(el("pre", { id: "told" }, JSON.stringify(told)));
})();
