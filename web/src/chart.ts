// The chart island: lines and bars by ECharts on a canvas, in the page's own colours and words.
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsCoreOption } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { say, type Words } from "./map/config";

use([BarChart, LineChart, AriaComponent, GridComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

interface Series {
  name: Words;
  values: (number | null)[];
}

/** What the server sends: x labels, one to six series, a unit and perhaps a target. */
interface ChartData {
  kind: "line" | "bar";
  x: Words[];
  series: Series[];
  unit?: Words;
  target?: number | null;
  min?: number | null;
  decimals?: number;
}

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function option(data: ChartData): EChartsCoreOption {
  const ink = token("--color-base-content");
  const quiet = token("--ink-3");
  const size = parseFloat(getComputedStyle(document.body).fontSize);
  const text = { fontFamily: token("--font-sans"), fontSize: Math.max(12, size - 2), color: quiet };
  const isMany = data.series.length > 1;
  const said = (value: number): string => (data.decimals === undefined ? String(value) : value.toFixed(data.decimals));
  return {
    animation: false,
    aria: { enabled: true },
    textStyle: text,
    grid: { top: 40, left: 8, right: isMany ? 96 : 56, bottom: 8, containLabel: true },
    tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: token("--color-base-100"), borderColor: token("--line"), textStyle: { ...text, color: ink }, valueFormatter: (value: unknown) => `${typeof value === "number" ? said(value) : "—"} ${say(data.unit)}` },
    xAxis: { type: "category", data: data.x.map(say), axisLine: { lineStyle: { color: token("--line-strong") } }, axisTick: { show: false }, axisLabel: text },
    yAxis: { type: "value", max: data.target == null ? undefined : (seen: { max: number }) => Math.max(seen.max, Number(data.target)), min: data.min ?? (data.kind === "line" ? "dataMin" : 0), splitNumber: 3, splitLine: { lineStyle: { color: token("--line") } }, axisLabel: text },
    series: data.series.map((one, i) => ({
      type: data.kind,
      name: say(one.name),
      data: one.values,
      barMaxWidth: 36,
      symbolSize: 7,
      symbol: "circle",
      color: token(`--series-${i + 1}`),
      lineStyle: { width: 2.5 },
      endLabel: { show: data.kind === "line", formatter: (point: { seriesName: string; value: number }) => (isMany ? point.seriesName : said(point.value)), ...text, color: ink, fontWeight: 700 },
      label: { show: data.kind === "bar" && !isMany, position: "top", ...text, color: ink },
      ...(i === 0 && data.target != null
        ? { markLine: { silent: true, symbol: "none", data: [{ yAxis: data.target }], lineStyle: { color: token("--ink-2"), type: "dashed", width: 1.5 }, label: { formatter: "{c}", ...text } } }
        : {}),
    })),
  };
}

export function mountCharts(): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-chart]:not([data-chart-mounted])")) {
    place.dataset.chartMounted = "";
    const source = document.getElementById(place.dataset.chart ?? "");
    if (!source?.textContent) continue;
    const data = JSON.parse(source.textContent) as ChartData;
    const chart = init(place);
    chart.setOption(option(data));
    new ResizeObserver(() => chart.resize()).observe(place);
    new MutationObserver(() => chart.setOption(option(data), true)).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }
}
