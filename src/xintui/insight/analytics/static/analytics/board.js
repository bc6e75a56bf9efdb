// The trend line: what json_script hands over, in the colours of the page, drawn again when those change.
(() => {
  const place = document.getElementById("xa-trend");
  const source = document.getElementById("xa-drawn");
  if (!place || !source || !window.echarts) return;
  const drawn = JSON.parse(source.textContent);
  const chart = echarts.init(place, null, { renderer: "svg" });
  const buttons = [...document.querySelectorAll("[data-line]")];
  let shown = "net";

  const colour = (name) => getComputedStyle(place).getPropertyValue(name).trim();
  const grouped = (value, digits = 0) =>
    value.toLocaleString("zh-CN", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const says = (value, money) => (money ? (value < 0 ? "-¥" : "¥") + grouped(Math.abs(value) / 100, 2) : `${grouped(value)} 单`);
  const short = (value, money) => {
    const size = money ? value / 100 : value;
    return Math.abs(size) >= 10000 ? `${+(size / 10000).toFixed(1)} 万` : grouped(size);
  };

  const draw = () => {
    const line = drawn.lines[shown];
    const green = colour("--xt-bar"), soft = colour("--xt-soft"), rule = colour("--xt-line");
    const narrow = place.clientWidth < 500;
    const quiet = line.now.concat(line.before).every((value) => value === 0);
    chart.setOption(
      {
        animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
        textStyle: { fontFamily: "inherit" },
        grid: { left: 4, right: 8, top: 34, bottom: 0, containLabel: true },
        legend: { top: 0, left: 0, itemWidth: 18, icon: "roundRect", itemHeight: 3, textStyle: { color: soft } },
        tooltip: {
          trigger: "axis",
          confine: true,
          backgroundColor: document.documentElement.classList.contains("dark") ? "#1c2421" : "#fff",
          borderColor: rule,
          textStyle: { color: document.documentElement.classList.contains("dark") ? "#e3ebe7" : "#1d2925", fontSize: 13 },
          formatter: (points) => {
            const n = points[0].dataIndex;
            return (
              `${drawn.days[n]}${n === drawn.days.length - 1 ? "（今天，未结束）" : ""}　${line.label} <b>${says(line.now[n], line.money)}</b><br>` +
              `${drawn.earlier[n]}　上期 ${says(line.before[n], line.money)}`
            );
          },
        },
        xAxis: {
          type: "category",
          data: drawn.days,
          boundaryGap: false,
          axisLine: { lineStyle: { color: rule } },
          axisTick: { show: false },
          axisLabel: { color: soft, interval: Math.ceil(drawn.days.length / (narrow ? 4 : 10)) - 1, showMaxLabel: true, alignMinLabel: "left", alignMaxLabel: "right", hideOverlap: true },
        },
        yAxis: {
          type: "value",
          minInterval: line.money ? undefined : 1,
          max: quiet ? (line.money ? 10000 : 10) : undefined,
          splitLine: { lineStyle: { color: rule } },
          axisLabel: { color: soft, formatter: (value) => short(value, line.money) },
        },
        series: [
          {
            name: line.label,
            type: "line",
            data: line.now,
            symbol: "circle",
            symbolSize: 6,
            showSymbol: drawn.days.length <= 7,
            lineStyle: { width: 2.5, color: green },
            itemStyle: { color: green },
            areaStyle: { color: green, opacity: 0.12 },
          },
          {
            name: "上期",
            type: "line",
            data: line.before,
            symbol: "none",
            lineStyle: { width: 1.5, type: "dashed", color: soft },
            itemStyle: { color: soft },
          },
        ],
        graphic: quiet
          ? [{ type: "text", left: "center", top: "middle", style: { text: `这两段时间都没有${line.label}`, fill: soft, fontSize: 14 } }]
          : [],
      },
      { notMerge: true },
    );
    place.setAttribute("aria-label", `每日${line.label}折线图，下方有同样的数字`);
  };

  buttons.forEach((button) =>
    button.addEventListener("click", () => {
      shown = button.dataset.line;
      buttons.forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
      draw();
    }),
  );
  new ResizeObserver(() => { chart.resize(); draw(); }).observe(place);
  new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
  draw();
})();
// An explanation closes when one looks elsewhere.
document.addEventListener("click", (event) => {
  document.querySelectorAll(".xa-why[open]").forEach((one) => one.contains(event.target) || (one.open = false));
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll(".xa-why[open]").forEach((one) => (one.open = false));
});
