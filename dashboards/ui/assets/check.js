// The page “Check a file”: sends the chosen file, and puts the answer, which the server has drawn, where it belongs.
(function () {
    'use strict';
    // What was checked last: a file that is handed over is sent once more, since the server has kept nothing.
    let last = null;
    let running = false;

    const find = id => document.getElementById(id);

    function show(said, drawn) {
        if (!find('check-said')) { return; }
        window.dash_clientside.set_props('check-said', {children: said});
        window.dash_clientside.set_props('check-drawn', {children: drawn});
    }

    async function send(path, data, busy) {
        if (running) { return; }
        running = true;
        show(busy, null);
        let said = 'The file could not be sent. If you have changed it since you chose it, choose it again.';
        let drawn = null;
        try {
            const answer = await fetch(path, {method: 'POST', body: data, headers: {'X-Turncurve': 'check'}});
            const told = await answer.json();
            said = told.said;
            drawn = told.drawn;
        } catch (error) {
            // The sentence above stands.
        }
        running = false;
        show(said, drawn);
        const line = find('check-said');
        if (line) { line.focus(); }
    }

    function check(form) {
        const file = find('check-file').files[0];
        last = null;
        if (!file) { show('Choose a file first.', null); return; }
        if (file.size > Number(form.dataset.most)) { show(form.dataset.tooLarge, null); return; }
        last = {file: file, year: find('check-year').value};
        const data = new FormData();
        data.append('year', last.year);
        data.append('file', last.file);
        send('/check/file', data, 'Checking ' + file.name + ' …');
    }

    function handOver(button) {
        if (!last) { return; }
        const data = new FormData();
        data.append('year', last.year);
        data.append('sha256', button.dataset.sha256);
        data.append('file', last.file);
        send('/check/hand-over', data, 'Handing over ' + last.file.name + ' …');
    }

    document.addEventListener('submit', event => {
        if (event.target.id !== 'check-form') { return; }
        event.preventDefault();
        check(event.target);
    });
    document.addEventListener('click', event => {
        const button = event.target.closest('#check-hand-over');
        if (button) { handOver(button); }
    });
    // An answer about another file or year must not stay beside a new choice.
    document.addEventListener('change', event => {
        if (!running && (event.target.id === 'check-file' || event.target.id === 'check-year')) { show('', null); }
    });

    // Dash has no element for choosing a file, so it is put into its place whenever the page is drawn.
    function fileBox() {
        const slot = find('check-slot');
        if (!slot || slot.firstChild) { return; }
        const box = document.createElement('input');
        box.type = 'file';
        box.id = 'check-file';
        box.name = 'file';
        box.setAttribute('aria-describedby', 'check-limit');
        slot.append(box);
    }

    new MutationObserver(fileBox).observe(document.documentElement, {childList: true, subtree: true});
})();
