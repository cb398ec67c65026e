"""The few callbacks of the app: filters to the address, and the navigation on a telephone.

Belongs here: what runs in the browser when a control is used. A page is made from its address alone, so there is no
server-side callback but the router's; what a change of the query draws again is asked for by `assets/update.js`. Does not
belong here: anything that reads data.
"""

from __future__ import annotations

from dash import ALL, Dash, Input, Output, State

_FILTERS_TO_ADDRESS = """
function(values, goto, switched, ids, switches) {
    const used = window.dash_clientside.callback_context.triggered.map(t => t.prop_id);
    const go = window.turncurve.go;
    if (goto && goto.length && goto[0] && goto[0] !== window.location.pathname
        && used.some(p => p.indexOf('"goto"') > -1)) {
        go(goto[0] + window.location.search);
        return;
    }
    const query = new URLSearchParams(window.location.search);
    let changed = false;
    const controls = ids.map((id, place) => [id, values[place]]).concat(
        switches.map((id, place) => [id, switched[place] ? id.on : id.off]));
    controls.forEach(([id, value]) => {
        if (value === null || value === undefined) { return; }
        // a control that the page has set, not the reader, is of an address already
        if (!used.some(p => p.indexOf('"name":"' + id.name + '"') > -1)) { return; }
        const now = query.has(id.name) ? query.get(id.name) : id.default;
        if (value === now) { return; }
        changed = true;
        if (value === id.default) { query.delete(id.name); } else { query.set(id.name, value); }
    });
    if (!changed) { return; }
    window.turncurve.use(used.map(p => p.slice(0, p.lastIndexOf('.'))));
    const text = query.toString();
    go(window.location.pathname + (text ? '?' + text : ''));
}
"""

# The control in use keeps its focus by `assets/focus.js`. On another page the reader starts at its main part, or at the part
# the address names after its #: that part comes after the browser has looked for it, and what lies above it may still grow,
# so it is held in place until the reader moves.
_FOCUS = """
function(children) {
    const before = window.turncurve.whole();
    const here = window.location.pathname;
    if (before === here) { return; }
    const named = window.location.hash && document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    if (named) {
        named.setAttribute('tabindex', '-1');
        named.focus({preventScroll: true});
        let held = true;
        const until = Date.now() + 3000;
        const stop = () => { held = false; };
        for (const moved of ['wheel', 'touchstart', 'keydown', 'mousedown']) {
            window.addEventListener(moved, stop, {once: true, passive: true});
        }
        const hold = () => {
            if (!held || Date.now() > until || !named.isConnected) { return; }
            named.scrollIntoView();
            setTimeout(hold, 100);
        };
        hold();
        return;
    }
    if (before === undefined) { return; }
    setTimeout(() => {
        const main = document.getElementById('main');
        if (main) { main.focus({preventScroll: true}); }
    }, 50);
}
"""

_BURGER = """
function(opened, navbar) {
    return [Object.assign({}, navbar, {collapsed: {mobile: !opened}}), opened ? 'navbar open' : 'navbar'];
}
"""


def register(app: Dash) -> None:
    """Register every callback on an app."""
    app.clientside_callback(
        _FILTERS_TO_ADDRESS,
        Input({"type": "filter", "name": ALL, "default": ALL}, "value"),
        Input({"type": "goto", "name": ALL}, "value"),
        Input({"type": "switch", "name": ALL, "default": ALL, "on": ALL, "off": ALL}, "checked"),
        State({"type": "filter", "name": ALL, "default": ALL}, "id"),
        State({"type": "switch", "name": ALL, "default": ALL, "on": ALL, "off": ALL}, "id"),
        prevent_initial_call=True,
    )
    app.clientside_callback(_FOCUS, Input("_pages_content", "children"), prevent_initial_call=True)
    app.clientside_callback(
        _BURGER,
        Output("shell", "navbar"),
        Output("navigation", "className"),
        Input("burger", "opened"),
        State("shell", "navbar"),
        prevent_initial_call=True,
    )
