// Category and group pickers: a form that works without scripts (it reloads the page) and, with them, only fetches the map's data
// again. What is picked stands in the address, so that a map can be shared as it is seen.

export type Picked = (address: string | undefined) => string | undefined;

export function bindPicks(root: HTMLElement, changed: (withPicks: Picked) => void): Picked {
  const form = root.querySelector<HTMLFormElement>("form[data-map-pick]");
  const withPicks: Picked = (address) => {
    if (!address || !form) return address;
    const full = new URL(address, location.href);
    for (const [name, value] of new FormData(form)) full.searchParams.set(name, String(value));
    return full.href;
  };
  if (!form) return withPicks;
  form.querySelectorAll<HTMLElement>("[data-without-script]").forEach((element) => (element.hidden = true));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => {
    const here = new URL(location.href);
    for (const [name, value] of new FormData(form)) here.searchParams.set(name, String(value));
    history.replaceState(null, "", here);
    for (const control of form.querySelectorAll<HTMLSelectElement>("select")) {
      const said = control.selectedOptions[0]?.dataset.said ?? control.selectedOptions[0]?.text ?? "";
      document.querySelectorAll(`[data-map-said="${control.name}"]`).forEach((element) => (element.textContent = said));
    }
    changed(withPicks);
    document.body.dispatchEvent(new CustomEvent("linli:map-changed"));
  });
  return withPicks;
}
