// What every page loads: htmx for parts of pages, Alpine (its CSP build) for small state, and our own few behaviours. Maps and
// charts come only where a page holds one.
import Alpine from "@alpinejs/csp";
import "htmx.org";
import { behave } from "./behave";
import { listen } from "./live";

async function islands(): Promise<void> {
  if (document.querySelector("[data-map]")) (await import("./map/island")).mountMaps();
  if (document.querySelector("[data-sign]")) (await import("./sign")).mountSigning();
  if (document.querySelector("[data-offline]")) (await import("./counter")).mountCounter();
  if (document.querySelector("[data-report], [data-kept-reports]")) (await import("./report")).mountReports();
  if (document.querySelector("[data-chart]")) (await import("./chart")).mountCharts();
}

behave();
listen();
Alpine.start();
void islands();
document.body.addEventListener("htmx:load", () => void islands());
