// What only shows something comes as one piece of HTML in an attribute of its box (see `flat.py`): a component for each word
// and line would cost more to draw than the page itself. The server has escaped every text in it.
(function () {
    'use strict';
    const INSIDE = 'data-inside';
    // The nodes put into each box, so that they go when the box gets components instead.
    const put = new WeakMap();

    function fill(box) {
        const markup = box.getAttribute(INSIDE);
        if (markup === null) {
            (put.get(box) || []).forEach(node => node.remove());
            put.delete(box);
            return;
        }
        box.innerHTML = markup;
        put.set(box, [...box.childNodes]);
    }

    // An observer is called before the browser draws, so a box is never seen empty.
    new MutationObserver(changes => {
        for (const change of changes) {
            if (change.type === 'attributes') { fill(change.target); continue; }
            for (const node of change.addedNodes) {
                if (node.nodeType !== Node.ELEMENT_NODE || !node.isConnected || put.has(node)) { continue; }
                if (node.hasAttribute(INSIDE)) { fill(node); }
                node.querySelectorAll('[' + INSIDE + ']').forEach(box => { if (!put.has(box)) { fill(box); } });
            }
        }
    }).observe(document.documentElement, {childList: true, subtree: true, attributes: true, attributeFilter: [INSIDE]});

    // A link to a page of the app changes the page without loading the app again.
    document.addEventListener('click', event => {
        const link = event.target.closest && event.target.closest('a[data-link]');
        if (!link || event.defaultPrevented || event.metaKey || event.shiftKey || event.altKey || event.ctrlKey) { return; }
        event.preventDefault();
        window.turncurve.go(link.getAttribute('href'));
    });
})();
