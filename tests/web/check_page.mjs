/* check_page.mjs - the live page in a browser, from the file, as its readers have it
 *
 *     node tests/web/check_page.mjs WEB TRANSCRIPT WALL BIFURCATION AXE
 *
 * WEB is the folder of the page. TRANSCRIPT is what the C program prints, WALL and BIFURCATION are
 * the numbers of `srnn figure wall` and `bifurcation`, and AXE is the script of axe-core, which
 * finds what bars readers with a screen reader or poor sight. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Browser, Page } from './browser.mjs';

const [web, ...files] = process.argv.slice(2);
const [transcript, wall, bifurcation, axe] = files.map((file) => readFileSync(file, 'utf8'));
const address = pathToFileURL(resolve(web, 'index.html')).href;
const screenshots = join(web, 'screenshots');
mkdirSync(screenshots, { recursive: true });

const text = (id) => `document.getElementById('${id}').textContent`;
const value = (id) => `document.getElementById('${id}').valueAsNumber`;
const click = (page, id) => page.value(`document.getElementById('${id}').click()`);
const updates = `Number(${text('train-updates')}.replace(/,/g, ''))`;
const wrong = `Number.parseFloat(${text('train-wrong-now')})`;

/* Set a control as a reader would. */
const set = (page, id, to) =>
    page.value(`{
        const control = document.getElementById('${id}');
        control.value = '${to}';
        control.dispatchEvent(new Event('input', { bubbles: true }));
        control.dispatchEvent(new Event('change', { bubbles: true }));
    }`);

/* The rows of CSV, each as an object. */
function rows(csv) {
    const [head, ...lines] = csv
        .trim()
        .split('\n')
        .map((line) => line.split(','));
    return lines.map((line) => Object.fromEntries(head.map((name, i) => [name, line[i]])));
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const passed = (what) => console.log(`page: ${what}`);

/* Tab through the page. Returns the ids, or texts, of what had the focus. */
async function tabbed(page) {
    const found = [];
    await page.value('document.body.focus(), window.scrollTo(0, 0)');
    for (;;) {
        await page.press('Tab');
        const at = await page.value(`{
            const at = document.activeElement;
            at === document.body ? null : at.id || at.textContent.trim();
        }`);
        if (at === null || found.includes(at)) {
            return found;
        }
        found.push(at);
    }
}

async function checkKeyboard(page) {
    const wanted = await page.value(`Array.from(
        document.querySelectorAll('a[href], button, input, select, [tabindex="0"]'))
        .filter((each) => !each.disabled && each.checkVisibility())
        .map((each) => each.id || each.textContent.trim())`);
    assert.deepEqual(await tabbed(page), wanted);
    passed(`each of ${wanted.length} links and controls has the focus in turn by Tab`);
}

/* The default run, from Start by the keyboard. Its lines are those of C. Slowly it takes most of a
 * minute, and so does not end before it pauses. */
async function checkTraining(page) {
    await click(page, 'train-slowly');
    await page.value(`document.getElementById('train-go').focus()`);
    await page.press('Enter', 'Enter', '\r');
    await page.until(`${updates} > 0`);
    await page.press('Enter', 'Enter', '\r');
    assert.equal(await page.value(text('train-go')), 'Go on');
    let paused;
    do {
        paused = await page.value(updates); /* what the worker had begun may still come */
        await pause(300);
    } while ((await page.value(updates)) !== paused);
    assert.ok(paused < 1500, 'it pauses');
    await click(page, 'train-slowly');
    await page.value(`document.getElementById('train-go').focus()`);
    await page.press('Enter', 'Enter', '\r');
    await page.until(`${text('bits-verdict')} !== ''`);
    assert.ok((await page.value(wrong)) < 1);
    assert.equal(await page.value(text('bits-here')), transcript.trim());
    assert.equal(
        await page.value(text('bits-expected')).then((lines) => lines.trim()),
        transcript.trim(),
    );
    assert.match(await page.value(text('bits-verdict')), /^Every line is the same/);
    assert.match(await page.value(text('train-told')), /^Solved: after 1500 updates/);
    passed(
        `trains to ${await page.value(wrong)} % wrong, ${transcript.match(/hash .*/)[0]} as in C`,
    );
}

/* What the page says of its experiments, and that Reset ends a run at once. */
async function checkExperiments(page) {
    const ended = `/^(Solved|Not solved|Update \\d+ failed)/.test(${text('train-told')})`;
    const run = async (name, until) => {
        await page.value(`document.querySelector('[data-experiment=${name}]').click()`);
        assert.equal(await page.value('document.activeElement.id'), 'train-go');
        await page.until(`${ended} || ${until}`);
        return page.value(`[${updates}, ${wrong}]`);
    };
    assert.deepEqual(await run('clipped', false), [500, 0]);
    assert.deepEqual(await run('omega', false), [2000, 0]);
    for (const name of ['exploding', 'vanishing']) {
        const after = 'training.record.tests.find(({ update }) => update === 2000)';
        await run(name, `${after} !== undefined`);
        const share = (await page.value(`${after}.wrong`)) / 10;
        assert.equal(Math.round(share), 76, name);
    }
    assert.match(await page.value(text('bits-verdict')), /other settings/);
    await click(page, 'train-reset');
    await pause(500);
    assert.equal(await page.value(updates), 0);
    passed('its experiments end as it says: two are solved, after 500 and 2,000 updates');
}

/* A gradient that is no number ends a run with a message. */
async function checkFailure(page) {
    for (const clip of ['off', 'fixed', 'auto']) {
        await page.value(`document.querySelector('[data-experiment=defaults]').click()`);
        await set(page, 'train-start', 'identity');
        await set(page, 'train-clip', clip);
        await set(page, 'train-rate', '0');
        await page.value(`document.getElementById('train-scaled').click()`);
        await set(page, 'train-radius', '3');
        await set(page, 'train-steps', '200');
        await click(page, 'train-go');
        await page.until(`/failed, SRNN_E_NONFINITE/.test(${text('train-told')})`);
    }
    passed('says so when a gradient is not finite');
    await page.value(`document.querySelector('[data-experiment=defaults]').click()`);
    await click(page, 'train-reset');
}

/* A worker that fails ends the run with a message, and Start begins another. */
async function checkBroken(page) {
    await click(page, 'train-slowly'); /* no run ends by itself */
    await click(page, 'train-go');
    await page.until(`${updates} > 0`);
    assert.equal(await page.value(text('train-go')), 'Pause');
    await page.value(`training.worker.postMessage(
        { begin: { ...DEFAULTS, steps: 0 }, run: training.run, go: true })`);
    await page.until(`/cannot be trained here: SRNN_E_RANGE/.test(${text('train-told')})`);
    assert.equal(await page.value(text('train-go')), 'Start');
    await click(page, 'train-go');
    await page.until(`${updates} > 0`);
    assert.equal(await page.value(text('train-told')), '');
    passed('says so when its worker fails, and starts again');
    await click(page, 'train-reset');
    await click(page, 'train-slowly');
}

async function checkFigures(page) {
    const numbers = rows(wall);
    for (const [name, threshold] of [
        ['plain', 'Infinity'],
        ['norm-1', '1'],
        ['norm-0.1', '0.1'],
    ]) {
        const points = await page.value(`descend(STARTS.wall.w, STARTS.wall.b, ${threshold}, 12)`);
        const wanted = numbers.filter(({ descent }) => descent === name);
        assert.equal(wanted.length, points.length);
        wanted.forEach(({ weight, bias, error, norm }, i) => {
            const { w, b, error: e, norm: n } = points[i];
            [
                [w, weight],
                [b, bias],
                [e, error],
            ].forEach(([one, other]) => assert.ok(Math.abs(one - other) < 2e-6, name));
            assert.ok(Math.abs(n - norm) <= 1e-4 * n + 1e-9, name);
        });
    }
    const curve = rows(bifurcation);
    const states = curve.map(({ state }) => Number(state));
    const [biases, slopes] = await page.value(
        `[${JSON.stringify(states)}].map((xs) => [xs.map(biasOf), xs.map(slopeAt)])[0]`,
    );
    curve.forEach(({ bias, state, stable }, i) => {
        assert.ok(Math.abs(biases[i] - bias) < 5e-6, `state ${state}`);
        assert.ok(
            Math.abs(slopes[i] - 1) < 1e-5 || (slopes[i] < 1 ? '1' : '0') === stable,
            `state ${state}`,
        );
    });
    for (const [bias, low, border, high] of [
        [-2.6, -2.0084, 0.4332, 1.4499],
        [-2.5, -1.7761, 0, 1.7761],
    ]) {
        const found = await page.value(`pointsOfRest(${bias})`);
        [low, border, high].forEach((x, i) => assert.ok(Math.abs(found[i] - x) < 1e-4));
    }
    const counts = `${numbers.length} points of descent, ${curve.length} of rest`;
    passed(`its figures have the numbers of srnn figure: ${counts}`);
}

/* Drag the surface and the bias, and let descent roll. */
async function checkTouch(page) {
    const middle = async (id) =>
        page.value(`{
        const canvas = document.getElementById('${id}');
        canvas.scrollIntoView({ block: 'center' });
        const { left, top, width, height } = canvas.getBoundingClientRect();
        [left + width / 2, top + height / 2];
    }`);
    const picture = (id) => page.value(`document.getElementById('${id}').toDataURL()`);
    const before = await picture('surface-canvas');
    const [x, y] = await middle('surface-canvas');
    await page.drag([x, y], [x + 50, y - 20]);
    assert.deepEqual(
        await page.value(`[${value('surface-turn')}, ${value('surface-tilt')}]`),
        [-130, 24],
    );
    await page.until('new Promise((done) => requestAnimationFrame(() => done(true)))');
    assert.notEqual(await picture('surface-canvas'), before);
    await page.value(`document.getElementById('surface-turn').focus()`);
    await page.press('ArrowRight');
    assert.equal(await page.value(value('surface-turn')), -129);
    await set(page, 'surface-turn', -150);
    await set(page, 'surface-tilt', 30);

    const [left, top] = await middle('fold-canvas');
    await page.drag([left, top], [left - 120, top]);
    assert.ok((await page.value(value('fold-bias'))) < -2.7);
    await page.until(`${value('fold-state')} < -2`);
    await set(page, 'fold-bias', -2.5);
    await page.until(`Math.abs(${value('fold-state')} + 1.776) < 0.01`);
    await click(page, 'fold-border');
    assert.equal(await page.value(text('fold-derivative')), '7.0 × 10⁴');
    await set(page, 'fold-state', 0.5);
    await page.until(`Math.abs(${value('fold-state')} - 1.776) < 0.01`);

    await click(page, 'surface-roll');
    await page.until(`${text('surface-step')} === 'After 12 of 12 steps'`);
    assert.match(await page.value(text('surface-told')), /step 1 left the picture/);
    passed('the surface turns, the bias moves and descent rolls, by mouse and keyboard');
}

async function checkAccess(page, what) {
    const found = await page.value(`(async () => {
        if (!globalThis.axe) { (0, eval)(${JSON.stringify(axe)}); }
        const { violations } = await axe.run(document, { preload: false });
        return violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html));
    })()`);
    assert.deepEqual(found, [], what);
    const width = await page.value('[document.documentElement.scrollWidth, innerWidth]');
    assert.ok(width[0] <= width[1], `${what}: ${width[0]} pixels wide in a window of ${width[1]}`);
}

/* Without motion, what moves is at its end at once. */
async function checkCalm(page) {
    await click(page, 'surface-roll');
    assert.equal(await page.value(text('surface-step')), 'After 12 of 12 steps');
    await set(page, 'fold-bias', -2.7);
    assert.ok((await page.value(value('fold-state'))) < -2);
    await click(page, 'bits-run');
    await page.until(`/^Every line is the same/.test(${text('bits-verdict')})`);
    passed('moves nothing for readers who want no motion');
}

async function checkQuickRun(page) {
    await page.value("document.querySelector('[data-experiment=clipped]').click()");
    await page.until(`/^Solved: after 500/.test(${text('train-told')})`);
}

/* The first page is for all checks, the others for what depends on size, colours and motion. */
const PAGES = [
    {
        width: 1280,
        scheme: 'light',
        motion: 'no-preference',
        checks: [
            checkKeyboard,
            checkFigures,
            checkTouch,
            checkExperiments,
            checkFailure,
            checkBroken,
            checkTraining,
        ],
    },
    { width: 1280, scheme: 'dark', motion: 'no-preference', checks: [checkQuickRun] },
    { width: 360, scheme: 'light', motion: 'no-preference', checks: [checkQuickRun] },
    { width: 360, scheme: 'dark', motion: 'reduce', checks: [checkCalm] },
];

const browser = new Browser();
try {
    for (const { width, scheme, motion, checks } of PAGES) {
        const features = [
            ['prefers-color-scheme', scheme],
            ['prefers-reduced-motion', motion],
        ];
        const page = await Page.open(browser, address, { width, height: 800, features });
        await page.until(`${text('train-radius-now')} !== '–'`);
        for (const check of checks) {
            await check(page);
        }
        await page.until(`new Promise((done) => requestAnimationFrame(() =>
            requestAnimationFrame(() => done(document.getAnimations().length === 0))))`);
        await checkAccess(page, `${width} ${scheme}`);
        await page.screenshot(join(screenshots, `${width}-${scheme}.png`));
        assert.deepEqual(page.faults, [], 'what the page or the browser complains of');
        await page.close();
    }
    passed('no complaint, no barrier and no request, at 1280 and 360 pixels, light and dark');
} finally {
    await browser.close();
}
