/* train.js - the section on training: its controls, its charts, and the worker behind them */
'use strict';

/* Settings under which something can be seen; the others are the defaults. */
const EXPERIMENTS = {
    defaults: {},
    vanishing: { start: 'basic-tanh', radius: 0.5, omega: 0, clip: 'fixed' },
    omega: { start: 'basic-tanh', radius: 0.5, omega: 4, clip: 'fixed' },
    exploding: { radius: 1.5, omega: 0, rate: 0.1, clip: 'off' },
    clipped: { radius: 1.5, omega: 0, rate: 0.1, clip: 'fixed' },
};

/* Milliseconds between two tests that a screen reader says, and between two frames of the charts
 * for readers who want little motion. */
const SAID_EVERY = 10000;
const CALM = 1000;

/* The controls. Those of NEW begin a run, those of LIVE change the one that is there. */
const NEW = ['steps', 'seed', 'start', 'scaled', 'radius'];
const LIVE = ['clip', 'threshold', 'omega', 'rate'];

class Training {
    record = null;
    run = 0; /* its number: reports of earlier ones still come */
    going = false;
    charts = {};
    drawn = 0; /* when the charts were, in milliseconds */
    said = 0;

    /* `heard` is called with the record of the run whenever it has changed. */
    constructor(makeWorker, motion, heard) {
        this.motion = motion;
        this.heard = heard;
        for (const [name, scene] of Object.entries(chartsOf)) {
            const canvas = this.part(name);
            canvas.setAttribute('aria-label', canvas.dataset.title);
            this.charts[name] = new Chart(canvas, () => scene(this.record));
        }
        this.worker = makeWorker(
            (report) => this.hear(report),
            (message) => this.fail(message),
        );
        this.listen();
        this.choose({}, false);
    }

    part(id) {
        return document.getElementById(`train-${id}`);
    }

    listen() {
        const on = (id, event, listener) => this.part(id).addEventListener(event, listener);
        on('go', 'click', () => this.startOrPause());
        on('reset', 'click', () => this.begin(false));
        on('slowly', 'change', () =>
            this.worker.postMessage({ slowly: this.part('slowly').checked }),
        );
        NEW.forEach((id) => on(id, 'change', () => this.begin(false)));
        NEW.forEach((id) => on(id, 'input', () => this.showSettings()));
        LIVE.forEach((id) => on(id, 'input', () => this.adjust()));
        for (const button of document.querySelectorAll('[data-experiment]')) {
            button.addEventListener('click', () => {
                this.choose(EXPERIMENTS[button.dataset.experiment], true);
                this.part('go').focus(); /* and so scroll to the charts */
            });
        }
    }

    settings() {
        const value = (id) => Number(this.part(id).value);
        const ofPower = (id) => Number((10 ** value(id)).toPrecision(2));
        return {
            steps: value('steps'),
            seed: value('seed'),
            start: this.part('start').value,
            radius: this.part('scaled').checked ? value('radius') : null,
            clip: this.part('clip').value,
            threshold: ofPower('threshold'),
            omega: value('omega'),
            rate: ofPower('rate'),
        };
    }

    showSettings() {
        const { steps, radius, clip, threshold, omega, rate } = this.settings();
        const drawn = this.record.spectrumAtStart;
        const asDrawn = drawn && radius === null ? `${drawn.radius.toFixed(2)} as drawn` : '';
        this.part('steps-value').textContent = `${steps} steps`;
        this.part('threshold-value').textContent = clip === 'fixed' ? threshold : '';
        this.part('threshold').disabled = clip !== 'fixed';
        this.part('omega-value').textContent = omega;
        this.part('rate-value').textContent = rate;
        this.part('radius').disabled = radius === null;
        this.part('radius-value').textContent = radius?.toFixed(2) ?? asDrawn;
    }

    /* Set all controls, and begin a run with them. */
    choose(wanted, going) {
        const all = { ...DEFAULTS, ...wanted };
        for (const id of ['steps', 'seed', 'start', 'clip', 'omega']) {
            this.part(id).value = all[id];
        }
        this.part('threshold').value = Math.log10(all.threshold);
        this.part('rate').value = Math.log10(all.rate);
        this.part('scaled').checked = all.radius !== null;
        this.part('radius').value = all.radius ?? 0.95;
        this.begin(going);
    }

    begin(going) {
        if (!this.part('seed').reportValidity()) {
            return;
        }
        this.going = going;
        this.run++;
        this.record = new Record(this.settings());
        this.worker.postMessage({ begin: this.record.settings, run: this.run, go: going });
        this.say('');
        this.showNumbers();
        this.heard(this.record);
    }

    adjust() {
        const settings = this.settings();
        this.record.untouched &&= isDefault(settings);
        this.worker.postMessage({ adjust: settings });
        this.showSettings();
        this.heard(this.record);
    }

    startOrPause() {
        if (this.record.finished || this.record.failure) {
            this.begin(true);
            return;
        }
        this.going = !this.going;
        this.worker.postMessage({ go: this.going });
        this.showNumbers();
    }

    hear(report) {
        if (report.run !== this.run) {
            return;
        }
        this.record.add(report);
        this.going &&= !report.finished && !report.failure;
        this.sayNews(report);
        this.heard(this.record);
        const now = performance.now();
        if (!this.going || !this.motion.reduced() || now - this.drawn > CALM) {
            this.drawn = now;
            this.showNumbers();
            this.showCharts();
        }
    }

    /* What the worker cannot do ends the run. Start begins another. */
    fail(message) {
        this.going = false;
        this.record.failure = message;
        this.say(`The network cannot be trained here: ${message}`);
        this.showNumbers();
    }

    showNumbers() {
        for (const [id, text] of Object.entries(numberTexts(this.record))) {
            this.part(id).textContent = text;
        }
        const { updates, finished, failure } = this.record;
        const next = updates > 0 && !finished && !failure ? 'Go on' : 'Start';
        this.part('go').textContent = this.going ? 'Pause' : next;
        this.showSettings();
    }

    showCharts() {
        for (const [id, text] of Object.entries(chartTexts(this.record))) {
            const canvas = this.part(id);
            canvas.setAttribute('aria-label', `${canvas.dataset.title}. ${text}`);
            this.charts[id].refresh();
        }
    }

    /* Screen readers read this aloud: how the run ended, and a test now and then. */
    sayNews(report) {
        const end = endText(this.record);
        if (end !== null) {
            this.say(end);
        } else if (report.tests.length > 0 && performance.now() - this.said > SAID_EVERY) {
            const test = this.record.lastTest();
            this.say(`Update ${test.update}: ${share(test)} wrong.`);
        }
    }

    say(text) {
        this.said = performance.now();
        this.part('told').textContent = text;
    }
}
