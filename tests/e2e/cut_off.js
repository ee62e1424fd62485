// What one could press or type into but cannot bring on screen by scrolling: a list of descriptions.
() => {
  const modal = document.querySelector("dialog[open]") ?? document.querySelector("[popover]:popover-open");
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) found.push(`the document is ${document.documentElement.scrollWidth} px wide`);
  const all = [...(modal ?? document).querySelectorAll("a[href], button, input, select, textarea, [tabindex='0']")];
  for (const each of all) {
    if (each.disabled || each.closest("[inert], [aria-hidden=true]") || each.type === "file" || each.type === "hidden") continue;
    if (!each.checkVisibility({ opacityProperty: false, visibilityProperty: true })) continue;
    const target = each.matches("input[type=radio], input[type=checkbox], input[type=range]") ? (each.closest("label") ?? each) : each;
    each.focus({ preventScroll: true }); // what comes out only then
    target.scrollIntoView({ block: "center", inline: "nearest" });
    const box = target.getBoundingClientRect();
    if (box.width < 2 || box.height < 2 || getComputedStyle(target).clipPath !== "none") continue;
    const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height, innerHeight) / 2];
    const hit = document.elementFromPoint(x, y);
    const reached = hit && (target.contains(hit) || hit.contains(target) || hit.closest("label") === target || hit.closest("[role=listbox]") || hit.querySelector(":scope > [role=listbox], [role=option]"));
    if (!reached || box.left < -1 || box.right > innerWidth + 1)
      found.push(`${target.tagName.toLowerCase()} "${(target.getAttribute("aria-label") ?? target.textContent).trim().slice(0, 40)}" at ${Math.round(box.left)},${Math.round(box.top)} ${Math.round(box.width)}x${Math.round(box.height)}${hit ? ` under ${hit.tagName}.${hit.className}` : ""}`);
  }
  return found.slice(0, 12);
}
