"""What tests ask a browser about a page that it shows."""

CONTRAST = """() => {
  const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
                       return .2126 * r + .7152 * g + .0722 * b };
  const rgba = text => { const v = text.match(/[\\d.]+/g).map(Number); return v.length < 4 ? [...v, 1] : v };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const owner = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !owner.checkVisibility() || owner.closest('style')) continue;
    let behind = owner;
    while (behind && rgba(getComputedStyle(behind).backgroundColor)[3] < 1) behind = behind.parentElement;
    const back = behind ? rgba(getComputedStyle(behind).backgroundColor) : [255, 255, 255, 1];
    const [a, b] = [light(rgba(getComputedStyle(owner).color).slice(0, 3)), light(back.slice(0, 3))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) poor.push([walker.currentNode.data.trim().slice(0, 40), ratio]);
  }
  return poor;
}"""
"""Texts that stand out too little from what is behind them, with their contrast."""

# What somebody who does not see a page, or has it 320 pixels wide, would miss: each a rule of axe-core's, and reflow.
UNREACHED = """() => {
    const said = [], names = {};
    for (const one of document.querySelectorAll('*')) {
        const style = getComputedStyle(one);
        const scrolls = one.scrollWidth > one.clientWidth + 1 && /auto|scroll/.test(style.overflowX);
        if (scrolls && one !== document.documentElement && one.tabIndex < 0 && !one.querySelector('a[href], button'))
            said.push(`${one.tagName} scrolls, and no key reaches it`);
        if (one.tagName === 'TH' && !one.textContent.trim()) said.push('a heading of a table is empty');
        if (one.getAttribute('role') === 'region') {
            const name = one.getAttribute('aria-label');
            if (names[name]) said.push(`two regions are called ${name}`);
            names[name] = true;
        }
    }
    if (document.documentElement.scrollWidth > innerWidth) said.push('the page scrolls sideways');
    return said;
}"""
