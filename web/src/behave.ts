// Small behaviours that make pages quicker; each page works without them.

/** Drop-down details close when one clicks elsewhere or presses Escape. */
function drops(): void {
  addEventListener("click", (event) => {
    for (const drop of document.querySelectorAll<HTMLDetailsElement>("details[data-drop][open]")) {
      if (!drop.contains(event.target as Node)) drop.open = false;
    }
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const drop = document.querySelector<HTMLDetailsElement>("details[data-drop][open]");
    if (!drop) return;
    drop.open = false;
    drop.querySelector("summary")?.focus();
  });
}

/** `data-key="/"` gives a control the focus, or clicks a link, when that key is pressed outside of fields. */
function keys(): void {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const at = event.target as HTMLElement;
    if (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName)) return;
    const wanted = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(event.key)}"]`);
    if (!wanted) return;
    event.preventDefault();
    if (wanted instanceof HTMLAnchorElement) wanted.click();
    else wanted.focus();
  });
}

/** Suggestions under the search field: arrows walk through them, Escape and leaving close them, the field stays where it was. */
function suggestions(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-find]");
  const field = form?.querySelector<HTMLInputElement>("input[type=search]");
  const list = form?.querySelector<HTMLElement>(".suggest");
  if (!form || !field || !list) return;
  const close = (): void => list.replaceChildren();
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && list.childElementCount) {
      event.preventDefault();
      close();
      field.focus();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [field, ...list.querySelectorAll<HTMLElement>("a[data-suggested]")];
    const at = stops.indexOf(document.activeElement as HTMLElement);
    const next = stops[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (at < 0 || !next) return;
    event.preventDefault();
    next.focus();
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget as Node | null)) setTimeout(close, 150);
  });
  field.addEventListener("input", () => {
    if (!field.value.trim()) close();
  });
}

/** The page's main text read aloud by the browser's own voice; the button stays hidden where there is none. */
function speech(): void {
  const buttons = document.querySelectorAll<HTMLElement>("[data-speak]");
  if (!buttons.length || !("speechSynthesis" in window)) return;
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () => {
      if (speechSynthesis.speaking) return speechSynthesis.cancel();
      const main = document.querySelector<HTMLElement>("#main");
      if (!main) return;
      const saying = new SpeechSynthesisUtterance(main.innerText);
      saying.lang = document.documentElement.lang;
      saying.rate = 0.9;
      speechSynthesis.speak(saying);
    });
  }
}

/** Rows selected in a table: all of a page at once, how many, and no deed while there is none. */
function picking(): void {
  const refresh = (table: Element): void => {
    const boxes = [...table.querySelectorAll<HTMLInputElement>('input[name="row"]')];
    const n = boxes.filter((box) => box.checked).length;
    const all = table.querySelector<HTMLInputElement>("[data-pick-all]");
    if (all) {
      all.checked = n > 0 && n === boxes.length;
      all.indeterminate = n > 0 && n < boxes.length;
    }
    const form = boxes[0]?.form;
    if (!form) return;
    for (const button of document.querySelectorAll<HTMLButtonElement>(`button[form="${CSS.escape(form.id)}"]`)) {
      button.disabled = n === 0;
      const said = button.querySelector("[data-n-picked]");
      if (said) said.textContent = n ? ` ${n}` : "";
    }
  };
  document.querySelectorAll("table[data-bulk]").forEach(refresh);
  addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    const table = box.closest?.("table[data-bulk]");
    if (!table) return;
    if (box.matches("[data-pick-all]")) {
      table.querySelectorAll<HTMLInputElement>('input[name="row"]').forEach((one) => (one.checked = box.checked));
    }
    refresh(table);
  });
}

/** After a refused form the summary of what is wrong has the focus. */
function attention(): void {
  document.querySelector<HTMLElement>("[data-focus]")?.focus();
}

/** `data-print` prints the page as it is. */
function printing(): void {
  addEventListener("click", (event) => {
    if ((event.target as Element).closest?.("[data-print]")) print();
  });
}

export function behave(): void {
  printing();
  attention();
  picking();
  drops();
  keys();
  suggestions();
  speech();
}
