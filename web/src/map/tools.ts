// The map's buttons: nearer, farther, all, flat or raised, share, picture.
import type { Map as MapLibre } from "maplibre-gl";

export interface Doing {
  raise(): boolean;
  home(): void;
}

export function bindTools(map: MapLibre, root: HTMLElement, doing: Doing): void {
  root.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest<HTMLButtonElement>("[data-map-do]");
    if (!button) return;
    switch (button.dataset.mapDo) {
      case "in":
        map.zoomIn();
        break;
      case "out":
        map.zoomOut();
        break;
      case "home":
        doing.home();
        break;
      case "raise":
        button.setAttribute("aria-pressed", String(doing.raise()));
        break;
      case "share":
        void share(button);
        break;
      case "picture":
        picture(map);
        break;
    }
  });
}

async function share(button: HTMLButtonElement): Promise<void> {
  await navigator.clipboard.writeText(location.href);
  const notes = document.getElementById("notes");
  if (!notes || !button.dataset.done) return;
  const note = document.createElement("p");
  note.className = "note";
  note.textContent = button.dataset.done;
  notes.replaceChildren(note);
  setTimeout(() => note.remove(), 4000);
}

function picture(map: MapLibre): void {
  map.once("render", () => {
    map.getCanvas().toBlob((blob) => {
      if (!blob) return;
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = "map.png";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
  });
  map.triggerRepaint();
}
