// An answer that fails, or never comes, must not leave an old number under a new choice without a word. Every request of the
// app goes through fetch, so it is seen here: the page says that it is not what was chosen, is dimmed, and offers to try again.
(function () {
    'use strict';
    const asked = window.fetch;
    const LOST = 'The page could not be updated, so it still shows what was chosen before. ';
    // An answer is waited for as long as a large page may take, and no longer.
    const SECONDS = 60;
    let latest = 0;

    function say(lost) {
        const shown = document.getElementById('lost');
        document.documentElement.classList.toggle('lost', lost);
        if (!shown || Boolean(shown.firstChild) === lost) { return; }
        shown.replaceChildren();
        if (!lost) { return; }
        const again = document.createElement('button');
        again.type = 'button';
        again.className = 'button';
        again.textContent = 'Try again';
        again.addEventListener('click', () => window.location.reload());
        shown.append(LOST, again);
    }

    window.fetch = function (resource, options) {
        const url = String(resource && resource.url ? resource.url : resource);
        if (!/_dash-update-component|\/_part\?/.test(url)) { return asked.call(this, resource, options); }
        const number = ++latest;
        // only the latest request speaks for the page: an older one that fails is of a choice that was left
        const done = lost => { if (number === latest) { say(lost); } };
        const late = setTimeout(() => done(true), 1000 * SECONDS);
        return asked.call(this, resource, options).then(
            answer => {
                clearTimeout(late);
                done(!answer.ok);
                return answer;
            },
            error => {
                clearTimeout(late);
                // what the page itself gave up is of a choice that was left
                if (error.name !== 'AbortError') { done(true); }
                throw error;
            }
        );
    };

    // What came could not be read.
    window.turncurve.lost = () => say(true);
})();
