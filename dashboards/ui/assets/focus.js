// A part of a page that is drawn again takes the control in use with it. The new control of the same id takes
// the focus before the browser looks at the next key, so that no press is lost and a keyboard is not back at the top.
(function () {
    'use strict';
    let used = [];

    function control(id) {
        const found = document.getElementById(id);
        return found && (found.matches('input') ? found : found.querySelector('[aria-selected="true"], input'));
    }

    function isUsed(element) {
        return used.some(id => { const found = document.getElementById(id); return found && found.contains(element); });
    }

    // An observer is called between the change and whatever the browser does next; a timer would leave a gap.
    new MutationObserver(() => {
        if (!used.length || (document.activeElement && document.activeElement !== document.body)) { return; }
        const target = used.map(control).find(Boolean);
        if (target) { target.focus({preventScroll: true}); }
    }).observe(document.body, {childList: true, subtree: true});

    // A reader who moves on is not called back.
    document.addEventListener('focusin', event => { if (!isUsed(event.target)) { used = []; } });
    document.addEventListener('mousedown', event => { if (!isUsed(event.target)) { used = []; } });

    window.turncurve = {
        // The ids of the controls that have just been used.
        use(ids) { used = ids; },
    };
})();
