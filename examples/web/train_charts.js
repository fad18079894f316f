/* train_charts.js - the four charts of a run: what to draw for a Record (record.js) */
'use strict';

const STRETCHES = 200; /* into which a line over all updates is divided at most */

/* A round number, at least `value` and `least`, for the end of an axis. */
function roundUp(value, least) {
    const wanted = Math.max(value, least);
    const power = 10 ** Math.floor(Math.log10(wanted));
    return power * [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((factor) => factor * power >= wanted);
}

const updatesAxis = (record) => ({
    label: 'updates',
    low: 0,
    high: roundUp(record.updates, 500),
});

function wrongChart(record) {
    const tests = [
        record.tests.map(({ update }) => update),
        record.tests.map(({ wrong }) => wrong / 10),
    ];
    return {
        x: updatesAxis(record),
        y: { label: 'wrong answers, % of 1,000 new sequences', low: 0, high: 100 },
        marks: [
            { level: 75, text: 'by chance' },
            { line: tests, colour: 'accent' },
            { points: tests, colour: 'accent', radius: 4 },
        ],
    };
}

function lossChart(record) {
    const [updates, low, mean, high] = record.losses.thinned(STRETCHES);
    const most = Math.max(...mean.filter(Number.isFinite));
    return {
        x: updatesAxis(record),
        y: { label: 'loss, nats', low: 0, high: roundUp(most, 1.5) },
        marks: [
            { level: Math.log(4), text: 'by chance' },
            { band: [updates, low, high], colour: 'accent' },
            { line: [updates, mean], colour: 'accent' },
        ],
    };
}

/* Where the symbols that matter stand, in steps back from the end. */
function symbolStretches(steps) {
    const tenth = Math.floor(steps / 10);
    const windows = [
        [tenth, '1st symbol'],
        [Math.floor(steps / 2), '2nd symbol'],
    ];
    return windows.map(([from, text]) => ({
        stretch: [steps - from - tenth - 0.5, steps - from - 0.5],
        text,
    }));
}

/* The names of the two lines, above the upper and below the lower one. */
function flowNames(record, low, high) {
    const lag = Math.floor(record.settings.steps * 0.72);
    const place = (line) => [lag, Math.min(high, Math.max(low, line[lag] || 0))];
    const [start, now] = [record.flowAtStart[1], record.flow[1]];
    const above = now[lag] >= start[lag];
    const name = (text, line, up, colour) => ({
        text,
        at: place(line),
        up: up ? 8 : -16,
        align: 'center',
        colour,
    });
    return [name('at the start', start, !above, 'muted'), name('now', now, above, 'accent')];
}

function flowChart(record) {
    const { steps } = record.settings;
    /* The axis has three decades or more. */
    const [least, most] = record.decades[0] - record.decades[1] > -3 ? [-2, 1] : [0, 0];
    const low = 10 ** Math.min(record.decades[0], least);
    const high = 10 ** Math.max(record.decades[1], most);
    const marks = [...symbolStretches(steps), { level: 1 }];
    if (record.flow) {
        const lags = Array.from({ length: steps }, (_, lag) => lag);
        marks.push(
            { line: [lags, record.flowAtStart[1]], colour: 'muted' },
            { band: [lags, record.flow[0], record.flow[2]], colour: 'accent' },
            { line: [lags, record.flow[1]], colour: 'accent', width: 2.5 },
            ...(record.updates > 0 ? flowNames(record, low, high) : []),
        );
    }
    return {
        x: { label: 'steps back from the end', low: 0, high: steps - 1 },
        y: {
            label: 'norm of the error, as a multiple of that at the end',
            low,
            high,
            logarithmic: true,
        },
        marks,
    };
}

function normChart(record) {
    const [updates, low, mean, high] = record.norms.thinned(STRETCHES);
    const [, , thresholds] = record.thresholds.thinned(STRETCHES);
    const decades = [...low, ...high, ...thresholds].map(Math.log10).filter(Number.isFinite);
    const x = updatesAxis(record);
    const marks = [
        { band: [updates, low, high], colour: 'accent' },
        { line: [updates, mean], colour: 'accent' },
    ];
    const last = thresholds[thresholds.length - 1];
    if (Number.isFinite(last)) {
        marks.push(
            { line: [updates, thresholds], colour: 'ink', width: 1.5, dash: [5, 4] },
            { text: 'threshold', at: [x.high, last], align: 'right', colour: 'ink' },
        );
    }
    return {
        x,
        y: {
            label: 'norm of the gradient',
            low: 10 ** Math.max(-12, Math.floor(Math.min(-1, ...decades))),
            high: 10 ** Math.min(30, Math.ceil(Math.max(1, ...decades))),
            logarithmic: true,
        },
        marks,
    };
}

const chartsOf = { wrong: wrongChart, loss: lossChart, flow: flowChart, norm: normChart };
