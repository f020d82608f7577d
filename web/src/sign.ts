// Signing on the screen: strokes on a canvas, handed over as a PNG in a hidden field. An untouched frame hands over nothing.

export function mountSigning(): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-sign]:not([data-mounted])")) mount(place);
}

function mount(place: HTMLElement): void {
  place.dataset.mounted = "";
  const canvas = place.querySelector("canvas");
  const field = place.querySelector<HTMLInputElement>('input[name="signature"]');
  const pen = canvas?.getContext("2d");
  if (!canvas || !field || !pen) return;
  let length = 0;
  const at = (event: PointerEvent): [number, number] => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * canvas.width, ((event.clientY - box.top) / box.height) * canvas.height];
  };
  const clear = (): void => {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    length = 0;
    field.value = "";
  };
  clear();
  let last: [number, number] | null = null;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = at(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    const next = at(event);
    pen.strokeStyle = "#08151a";
    pen.lineWidth = 4;
    pen.lineCap = "round";
    pen.beginPath();
    pen.moveTo(...last);
    pen.lineTo(...next);
    pen.stroke();
    length += Math.hypot(next[0] - last[0], next[1] - last[1]);
    last = next;
  });
  const lift = (): void => {
    if (last && length > 60) field.value = canvas.toDataURL("image/png");
    last = null;
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  place.querySelector("[data-sign-clear]")?.addEventListener("click", clear);
  (place instanceof HTMLFormElement ? place : place.closest("form"))?.addEventListener("reset", clear);
}
