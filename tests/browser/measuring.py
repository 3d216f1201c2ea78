"""Whether a page fits its window: measured in the browser, for what a person would see in a picture."""

# The widths that are promised, the most telling first; 640 and 683 are screens of 1280 and 1366 at 200 %.
WIDTHS = (1280, 320, 768, 1024, 1600, 640, 360, 1440, 683, 1366, 1920, 2560)

MEASURE = """() => {
  const found = [];
  const over = document.documentElement.scrollWidth - window.innerWidth;
  if (over > 0) {
    const wide = [...document.querySelectorAll("main *")]
      .filter((each) => each.getBoundingClientRect().right > window.innerWidth + 1).slice(0, 3)
      .map((each) => `${each.tagName}.${each.className}`).join(", ");
    found.push(`scrolls sideways by ${over} px: ${wide}`);
  }
  // The part of a text's box that is not cut off before the edge of its cell.
  function seen(rect, node, cell) {
    let [left, right] = [rect.left, rect.right];
    for (let at = node.parentElement; at && at !== cell; at = at.parentElement) {
      if (getComputedStyle(at).overflowX === "visible") continue;
      const box = at.getBoundingClientRect();
      left = Math.max(left, box.left);
      right = Math.min(right, box.right);
    }
    return { left, right, top: rect.top, bottom: rect.bottom };
  }
  function textsOf(cell) {
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (!node.data.trim() || node.parentElement.closest(".visually-hidden, option, svg")) continue;
      if (!node.parentElement.checkVisibility()) continue; // in a menu that is closed
      texts.push(node);
    }
    return texts;
  }
  const range = document.createRange();
  for (const cell of document.querySelectorAll("main table :is(td, th)")) {
    const box = cell.getBoundingClientRect();
    if (!box.width || !box.height) continue;
    const frame = cell.closest(".table-scroll")?.getBoundingClientRect();
    for (const node of textsOf(cell)) {
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) {
        const { left, right, top, bottom } = seen(rect, node, cell);
        if (right - left < 2) continue;
        const words = node.data.trim().slice(0, 40);
        if (getComputedStyle(cell).display === "table-cell" && (right > box.right + 1 || left < box.left - 1))
          found.push(`“${words}” leaves its cell by ${Math.round(Math.max(right - box.right, box.left - left))} px`);
        const [x, y] = [(left + right) / 2, (top + bottom) / 2];
        if (frame && (x > frame.right || x < frame.left)) continue;
        const top_most = document.elementFromPoint(x, y);
        const other = top_most?.closest("td, th");
        if (other && other !== cell && other.closest("table") === cell.closest("table"))
          found.push(`“${words}” lies under “${other.innerText.trim().slice(0, 20)}” (${other.className})`);
      }
      if (cell.tagName !== "TH" || !cell.closest("thead")) continue;
      for (const word of node.data.matchAll(/\\S+/g)) {
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        const lines = new Set([...range.getClientRects()].map((rect) => Math.round(rect.top)));
        if (lines.size > 1) found.push(`the heading “${word[0]}” is broken in two`);
      }
    }
  }
  return [...new Set(found)].slice(0, 6);
}"""


def misfits(page, width: int) -> list[str]:
    """Return what does not fit on `page` in a window of `width` px: sideways scrolling, covered words, broken headings."""
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.evaluate(MEASURE)
