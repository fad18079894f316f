/* record.js - the settings and results of a run, as they come from the worker */
'use strict';

/* What examples/train.c has. */
const DEFAULTS = {
    steps: 20,
    seed: 1,
    start: 'smart-tanh',
    radius: null,
    clip: 'auto',
    threshold: 1,
    omega: 4,
    rate: 0.01,
};

/* A growing array of floats. */
class Series {
    constructor() {
        this.values = new Float32Array(1024);
        this.length = 0;
    }

    add(more) {
        if (this.length + more.length > this.values.length) {
            const wider = new Float32Array(2 * (this.length + more.length));
            wider.set(this.values.subarray(0, this.length));
            this.values = wider;
        }
        this.values.set(more, this.length);
        this.length += more.length;
    }

    /* At most `count` stretches of updates: [[updates], [lowest], [mean], [highest]]. */
    thinned(count) {
        const width = Math.max(1, Math.ceil(this.length / count));
        const result = [[], [], [], []];
        for (let from = 0; from < this.length; from += width) {
            const part = this.values.subarray(from, Math.min(from + width, this.length));
            let [low, high, sum] = [Infinity, -Infinity, 0];
            for (const value of part) {
                low = Math.min(low, value);
                high = Math.max(high, value);
                sum += value;
            }
            [from + part.length / 2, low, sum / part.length, high].forEach((value, i) =>
                result[i].push(value),
            );
        }
        return result;
    }
}

const isDefault = (settings) =>
    Object.keys(DEFAULTS).every((key) => settings[key] === DEFAULTS[key]);

/* The results of a run. */
class Record {
    settings;
    untouched; /* whether the run has had the defaults from its start until now */
    losses = new Series();
    norms = new Series();
    thresholds = new Series();
    clipped = 0; /* updates */
    tests = [];
    updates = 0;
    omega = null;
    flow = null; /* the error's norm by lag, as Experiment.flow() returns it */
    flowAtStart = null;
    decades = [0, 0]; /* between which the norm by lag has been */
    spectrum = null;
    spectrumAtStart = null;
    finished = false;
    failure = null;
    hash = null; /* when it is finished */

    constructor(settings) {
        this.settings = settings;
        this.untouched = isDefault(settings);
    }

    add(report) {
        this.losses.add(report.losses);
        this.norms.add(report.norms);
        this.thresholds.add(report.thresholds);
        report.norms.forEach((norm, i) => (this.clipped += norm >= report.thresholds[i] ? 1 : 0));
        this.tests.push(...report.tests);
        this.updates = report.updates;
        this.omega = report.omega ?? this.omega;
        this.flow = report.flow;
        this.flowAtStart ??= report.flow;
        this.spectrum = report.spectrum;
        this.spectrumAtStart ??= report.spectrum;
        this.finished = report.finished;
        this.failure = report.failure;
        this.hash = report.hash;
        this.widen(report.flow);
    }

    widen(flow) {
        for (const ratio of flow.flatMap((quantile) => Array.from(quantile))) {
            if (ratio > 0 && Number.isFinite(ratio)) {
                const decade = Math.log10(ratio);
                this.decades[0] = Math.max(-20, Math.min(this.decades[0], Math.floor(decade)));
                this.decades[1] = Math.min(20, Math.max(this.decades[1], Math.ceil(decade)));
            }
        }
    }

    /* The last test, or undefined. */
    lastTest() {
        return this.tests[this.tests.length - 1];
    }
}
