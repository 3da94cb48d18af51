// What is wrong with the layout of a page: kind of problem → descriptions.
(() => {
  const facts = {wide: [], clipped: [], overlapping: [], faint: [], unreachable: []};
  const short = text => text.trim().replace(/\s+/g, ' ').slice(0, 60);

  // The page itself never scrolls sideways.
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) facts.wide.push(`${root.scrollWidth} > ${root.clientWidth}`);

  // What scrolls can be reached with the keyboard; nothing hides its overflow.
  for (const element of document.querySelectorAll('main *')) {
    const style = getComputedStyle(element);
    if (element.closest('svg') || element.scrollWidth <= element.clientWidth + 1 || style.display == 'inline') continue;
    if (style.overflowX == 'hidden') facts.clipped.push(`${element.tagName}: ${short(element.textContent)}`);
    if (style.overflowX == 'auto' && element.tabIndex < 0 && !element.querySelector('[tabindex]'))
      facts.unreachable.push(`${element.tagName}: ${short(element.textContent)}`);
  }

  // The rectangles of all texts, without what scroll containers hide.
  const seen = (rect, element) => {
    let [left, top, right, bottom] = [rect.left, rect.top, rect.right, rect.bottom];
    for (let box = element; box && box != document.body; box = box.parentElement) {
      if (box instanceof SVGElement || getComputedStyle(box).overflowX == 'visible') continue;
      const limit = box.getBoundingClientRect();
      [left, right] = [Math.max(left, limit.left), Math.min(right, limit.right)];
    }
    return right > left && bottom > top ? {left, top, right, bottom} : null;
  };
  const texts = [];
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    if (!node.data.trim() || element.closest('script,title,output,style')) continue;
    if (!element.checkVisibility()) continue;
    const svg = element.closest('svg');
    if (svg) {
      const own = element.getBoundingClientRect(), limit = svg.getBoundingClientRect();
      if (own.left < limit.left - 1 || own.right > limit.right + 1 || own.top < limit.top - 1 || own.bottom > limit.bottom + 1)
        facts.clipped.push(`${svg.getAttribute('aria-label')}: ${short(node.data)}`);
    }
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of svg ? [element.getBoundingClientRect()] : range.getClientRects()) {
      const shown = seen(rect, element);
      if (shown) texts.push({...shown, node, element, svg});
    }
  }
  // Lines of text have leading, and turned text has a generous box; two pixels may be shared.
  texts.sort((a, b) => a.top - b.top);
  for (let i = 0; i < texts.length; i++) {
    for (let j = i + 1; j < texts.length && texts[j].top < texts[i].bottom - 2; j++) {
      const [a, b] = [texts[i], texts[j]];
      if (a.node == b.node) continue;
      const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (width > 1 && height > (a.svg ? 4 : 6)) facts.overlapping.push(`${short(a.node.data)} | ${short(b.node.data)}`);
    }
  }

  // Contrast by WCAG 2.1, with translucent shapes of a drawing behind its texts.
  const parse = colour => {
    const numbers = colour.match(/[\d.]+/g).map(Number);
    return {rgb: numbers.slice(0, 3), alpha: numbers.length > 3 ? numbers[3] : 1};
  };
  const over = (top, alpha, bottom) => bottom.map((value, index) => value + (top[index] - value) * alpha);
  const luminance = rgb => rgb.map(value => value / 255)
    .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
  const ground = element => {
    for (let box = element; box; box = box.parentElement) {
      const {rgb, alpha} = parse(getComputedStyle(box).backgroundColor);
      if (alpha == 1) return rgb;
    }
    return [255, 255, 255];
  };
  const contrast = (a, b) => {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const done = new Set();
  for (const {element, svg, node} of texts) {
    if (done.has(element)) continue;
    done.add(element);
    const style = getComputedStyle(element);
    let back = ground(element);
    if (svg) {
      const own = element.getBoundingClientRect();
      const [x, y] = [(own.left + own.right) / 2, (own.top + own.bottom) / 2];
      for (const shape of svg.querySelectorAll('rect')) {
        const box = shape.getBoundingClientRect(), look = getComputedStyle(shape);
        if (x < box.left || x > box.right || y < box.top || y > box.bottom || !/^rgb/.test(look.fill)) continue;
        const {rgb, alpha} = parse(look.fill);
        back = over(rgb, alpha * look.fillOpacity, back);
      }
    }
    const ratio = contrast(parse(svg ? style.fill : style.color).rgb, back);
    if (ratio < 4.5) facts.faint.push(`${ratio.toFixed(2)}: ${short(node.data)}`);
  }
  return facts;
})()
