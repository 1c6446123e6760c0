"""Words that are too faint on their ground: what a person sees of colours, measured in the browser."""

# A colour is drawn and read back, whatever notation it is in; grounds that show through are laid upon one another. WCAG AA:
# 4.5 to 1, of letters from 24 px (bold from 18.66 px) 3 to 1.
FAINT = """() => {
    const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const known = new Map();
    const read = (colour) => {
        if (!known.has(colour)) {
            pen.clearRect(0, 0, 1, 1);
            pen.fillStyle = colour;
            pen.fillRect(0, 0, 1, 1);
            const [red, green, blue, opacity] = pen.getImageData(0, 0, 1, 1).data;
            known.set(colour, [red, green, blue, opacity / 255]);
        }
        return known.get(colour);
    };
    const upon = (colour, ground) => [0, 1, 2].map((n) => colour[n] * colour[3] + ground[n] * (1 - colour[3]));
    const ground = (element) => {
        const layers = [];
        for (let e = element; e; e = e.parentElement) {
            layers.unshift(read(getComputedStyle(e).backgroundColor));
            if (layers[0][3] === 1) break;
        }
        return layers.reduce((below, layer) => upon(layer, below), [255, 255, 255]);
    };
    const light = (colour) => colour.map((part) => part / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, n) => sum + part * [0.2126, 0.7152, 0.0722][n], 0);
    const found = new Set();
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
        const element = words.currentNode.parentElement;
        const text = words.currentNode.textContent.trim();
        if (!text || element.closest('script, style, noscript, option, [disabled]')) continue;
        if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
        const style = getComputedStyle(element);
        const below = ground(element);
        const colour = [...read(style.color)];
        for (let e = element; e; e = e.parentElement) colour[3] *= getComputedStyle(e).opacity;
        const [more, less] = [light(upon(colour, below)), light(below)].sort((a, b) => b - a);
        const ratio = (more + 0.05) / (less + 0.05);
        const size = parseFloat(style.fontSize);
        const enough = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
        if (ratio < enough - 0.005) found.add(`${ratio.toFixed(2)} ${element.className} in ${element.parentElement.className}: ${text.slice(0, 30)}`);
    }
    return [...found];
}"""
