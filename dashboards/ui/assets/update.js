// A change of the query of an address draws only what depends on it: the server is asked for the parts that changed, and each
// is put into its place. Another page goes through the router, which draws it whole.
(function () {
    'use strict';
    const MOVED = '_dashprivate_pushstate';
    // The address of what is on the page; null until there is a page.
    let drawn = null;
    let request = null;
    // The router has been sent to a page that is not there yet.
    let leaving = false;

    const read = () => ({path: window.location.pathname, search: window.location.search});

    function put(answer) {
        const set = window.dash_clientside.set_props;
        const now = id => (window.dash_component_api.getLayout(id) || {props: {}}).props;
        if (answer.page) { set('_pages_content', {children: answer.page}); return; }
        for (const [id, props] of answer.parts) { set(id, props); }
        for (const [id, name, value] of answer.values) {
            if (now(id)[name] !== value) { set(id, {[name]: value}); }
        }
    }

    async function update() {
        const wanted = read();
        if (request) { request.abort(); } else if (wanted.search === drawn.search) { return; }
        const mine = request = new AbortController();
        const filters = document.getElementById('filters');
        const footer = document.getElementById('footer');
        const query = new URLSearchParams({
            path: wanted.path,
            search: wanted.search,
            was: drawn.search,
            filters: filters ? filters.dataset.shown : '',
            version: footer ? footer.dataset.version : '',
            parts: document.querySelector('.section-slot') ? 'yes' : '',
        });
        try {
            const answer = await fetch('/_part?' + query, {signal: mine.signal});
            if (!answer.ok) { return; }
            const made = await answer.json();
            // an answer to an older choice must not stand under a newer one
            if (request !== mine || mine.signal.aborted) { return; }
            put(made);
            drawn = wanted;
        } catch (error) {
            if (error.name !== 'AbortError') { window.turncurve.lost(); }
        } finally {
            if (request === mine) { request = null; }
        }
    }

    // Called before the router hears of it, since this script is loaded before it starts.
    function moved(event) {
        if (drawn === null || leaving || drawn.path !== window.location.pathname) {
            if (request) { request.abort(); request = null; }
            leaving = true;
            return;
        }
        event.stopImmediatePropagation();
        update();
    }
    window.addEventListener('popstate', moved);
    window.addEventListener(MOVED, moved);

    function go(address) {
        const other = new URL(address, window.location.href).pathname !== window.location.pathname;
        window.history.pushState({}, '', address);
        window.dispatchEvent(new Event(MOVED));
        if (other) { window.scrollTo(0, 0); }
    }

    Object.assign(window.turncurve, {
        // To an address of the app.
        go,
        // The page at the address of now has been drawn whole; its path before.
        whole() {
            const before = drawn === null ? undefined : drawn.path;
            drawn = read();
            leaving = false;
            return before;
        },
    });
})();
