// Charts: islands that read their data from the page; the drawing library comes only where there is a chart.
(() => {
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const order = ["axle", "sow", "harvest", "ink-4", "bad"];
  const colour = (line, index) => (line.wheel && (css(`--${line.wheel}-fill`) || css(`--${line.wheel}`))) || css(`--${order[index % order.length]}-fill`) || css("--ink-4");
  const library = () => document.querySelector('meta[name="echarts"]').content;
  let loading;

  function load() {
    loading ||= new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement("script"), { src: library(), onload: resolve, onerror: reject });
      document.head.append(script);
    });
    return loading;
  }

  // A line of the data becomes a line of the chart.
  function series(data, line, index) {
    const shape = line.kind || data.kind;
    const base = { name: line.name, data: line.values, itemStyle: { color: colour(line, index) }, emphasis: { focus: "series" } };
    if (shape === "line" || shape === "area") {
      const area = shape === "area" ? { areaStyle: { opacity: 0.12 } } : {};
      const dashed = line.dashed ? "dashed" : "solid";
      return { ...base, ...area, type: "line", symbol: "circle", symbolSize: 6, showSymbol: data.labels.length < 40, lineStyle: { width: 2.5, type: dashed, color: colour(line, index) } };
    }
    const radius = shape === "across" ? [0, 4, 4, 0] : [4, 4, 0, 0];
    return { ...base, type: "bar", stack: shape === "stack" ? "all" : undefined, barMaxWidth: 26, itemStyle: { color: colour(line, index), borderRadius: shape === "stack" ? 0 : radius } };
  }

  // Names under bars all stand there: in lines where there is room, else aslant. Days and months may leave some out.
  function label(data, width) {
    if (data.kind === "across" || data.labels.length > 12 || data.labels.some((name) => /\d/.test(name))) return {};
    const room = (width - 60) / data.labels.length;
    return room < 72 ? { interval: 0, rotate: 40, width: 72, overflow: "truncate" } : { interval: 0, width: room - 6, overflow: "break" };
  }

  function option(data, width) {
    const text = { color: css("--ink-2"), fontFamily: css("--font"), fontSize: 11.5 };
    const formatted = (value) => (value == null ? "–" : `${data.prefix || ""}${Number(value).toLocaleString(document.documentElement.lang, { maximumFractionDigits: data.decimals || 0 })}${data.unit || ""}`);
    const names = { type: "category", data: data.labels, axisLabel: { ...text, ...label(data, width) }, axisTick: { show: false }, axisLine: { lineStyle: { color: css("--line-2") } } };
    const short = new Intl.NumberFormat(document.documentElement.lang, { notation: "compact", maximumFractionDigits: 1 });
    const values = { type: "value", axisLabel: { ...text, formatter: (value) => short.format(value) }, splitLine: { lineStyle: { color: css("--line") } } };
    const across = data.kind === "across";
    return {
      animationDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 350,
      textStyle: { fontFamily: css("--font") },
      grid: { left: names.axisLabel.rotate ? 28 : 4, right: 14, top: data.series.length > 1 ? 34 : 14, bottom: 2, containLabel: true },
      legend: data.series.length > 1 ? { top: 0, right: 0, itemWidth: 10, itemHeight: 10, icon: "roundRect", textStyle: text } : undefined,
      tooltip: {
        trigger: "axis", renderMode: "richText", confine: true, valueFormatter: formatted, backgroundColor: css("--paper"), borderColor: css("--line-2"),
        textStyle: { ...text, color: css("--ink"), fontSize: 12.5 }, axisPointer: { type: data.kind === "line" ? "line" : "shadow", shadowStyle: { color: css("--hover"), opacity: 0.6 } },
      },
      xAxis: across ? values : names,
      yAxis: across ? { ...names, inverse: true } : values,
      series: data.series.map((line, index) => series(data, line, index)),
    };
  }

  async function draw(box) {
    if (box.dataset.drawn) return;
    box.dataset.drawn = "1";
    const data = JSON.parse(document.getElementById(box.dataset.chart).textContent);
    const place = box.querySelector(".chart");
    await load();
    const chart = echarts.init(place, null, { renderer: "canvas" });
    chart.setOption(option(data, place.clientWidth));
    chart.on("click", (point) => {
      const link = data.series[point.seriesIndex]?.links?.[point.dataIndex];
      if (link) location.href = link;
    });
    new ResizeObserver(() => {
      chart.resize();
      chart.setOption({ xAxis: option(data, place.clientWidth).xAxis });
    }).observe(place);
    document.addEventListener("theme", () => chart.setOption(option(data, place.clientWidth), true));
  }

  document.addEventListener("click", (event) => {
    const toggle = event.target.closest("[data-chart-table]");
    if (!toggle) return;
    const box = toggle.closest("[data-chart]");
    const table = box.querySelector("[data-chart-rows]");
    table.hidden = !table.hidden;
    box.querySelector(".chart").hidden = !table.hidden;
    toggle.setAttribute("aria-pressed", String(!table.hidden));
  });
  document.addEventListener("submit", (event) => {
    const box = event.target.closest("[data-chart]");
    if (box) event.target.elements.data.value = document.getElementById(box.dataset.chart).textContent;
  });

  const drawAll = (root) => root.querySelectorAll("[data-chart]").forEach(draw);
  document.addEventListener("DOMContentLoaded", () => drawAll(document));
  document.addEventListener("htmx:load", (event) => drawAll(event.detail.elt.parentElement || document));
})();
