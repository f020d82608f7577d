// What every page loads: htmx for parts of pages, Alpine (its CSP build) for small state, and our own few behaviours.
import Alpine from "@alpinejs/csp";
import "htmx.org";
import { behave } from "./behave";
import { listen } from "./live";

behave();
listen();
Alpine.start();
