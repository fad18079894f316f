/* browser.mjs - drives a headless Chromium by the DevTools protocol, over a pipe */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/* Seconds for what never comes: nothing that is waited for takes as long. */
const MOST_SECONDS = 300;

const FLAGS = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-background-networking',
    '--hide-scrollbars',
    '--remote-debugging-pipe',
];

export class Browser {
    constructor() {
        this.profile = mkdtempSync(join(tmpdir(), 'check-web-'));
        this.process = spawn('chromium', [...FLAGS, `--user-data-dir=${this.profile}`], {
            stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
        });
        this.answers = new Map(); /* id of a call: its promise's two functions */
        this.listeners = [];
        this.calls = 0;
        let text = '';
        this.process.stdio[4].setEncoding('utf8').on('data', (more) => {
            const messages = (text + more).split('\0');
            text = messages.pop();
            messages.forEach((message) => this.hear(JSON.parse(message)));
        });
        this.failure = null; /* why there is no browser any more */
        this.gone = new Promise((resolve) => {
            const end = (why) => {
                this.failure = new Error(`chromium ended: ${why}`);
                this.answers.forEach(([, reject]) => reject(this.failure));
                resolve();
            };
            this.process.on('error', (error) => end(error.message));
            this.process.on('exit', (code, signal) => end(signal ?? `status ${code}`));
        });
        this.process.stdio[3].on('error', () => {}); /* the end says more */
    }

    hear(message) {
        if (message.id === undefined) {
            this.listeners.forEach((listener) => listener(message));
            return;
        }
        const [resolve, reject] = this.answers.get(message.id) ?? [];
        this.answers.delete(message.id);
        message.error ? reject?.(new Error(message.error.message)) : resolve?.(message.result);
    }

    async call(method, params = {}, sessionId = undefined) {
        if (this.failure) {
            throw this.failure;
        }
        const id = ++this.calls;
        this.process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
        return new Promise((resolve, reject) => this.answers.set(id, [resolve, reject]));
    }

    async close() {
        this.answers.clear();
        this.process.stdio[3].write(`${JSON.stringify({ id: 0, method: 'Browser.close' })}\0`);
        const killed = setTimeout(() => this.process.kill('SIGKILL'), 1000 * MOST_SECONDS);
        await this.gone;
        clearTimeout(killed);
        /* Its other processes may still be writing there. */
        rmSync(this.profile, { recursive: true, force: true, maxRetries: 50 });
    }
}

/* A page of the browser. `faults` collects what the page, its workers and the browser complain of,
 * and every address that is asked for and is no file. */
export class Page {
    static async open(browser, address, { width, height, features = [] }) {
        const page = new Page();
        page.browser = browser;
        page.faults = [];
        const { targetId } = await browser.call('Target.createTarget', { url: 'about:blank' });
        const { sessionId } = await browser.call('Target.attachToTarget', {
            targetId,
            flatten: true,
        });
        page.targetId = targetId;
        page.session = sessionId;
        page.listener = (message) => page.hear(message);
        browser.listeners.push(page.listener);
        for (const domain of ['Page', 'Runtime', 'Log', 'Network']) {
            await page.call(`${domain}.enable`);
        }
        await page.call('Emulation.setDeviceMetricsOverride', {
            width,
            height,
            deviceScaleFactor: 1,
            mobile: width < 600,
        });
        await page.call('Emulation.setEmulatedMedia', {
            features: features.map(([name, value]) => ({ name, value })),
        });
        const loaded = new Promise((resolve) => (page.loaded = resolve));
        await page.call('Page.navigate', { url: address });
        await loaded;
        return page;
    }

    call(method, params) {
        return this.browser.call(method, params, this.session);
    }

    hear({ sessionId, method, params }) {
        if (sessionId !== this.session) {
            return;
        }
        if (method === 'Page.loadEventFired') {
            this.loaded();
        } else if (method === 'Runtime.exceptionThrown') {
            const { text, exception } = params.exceptionDetails;
            this.faults.push(exception?.description ?? text);
        } else if (method === 'Runtime.consoleAPICalled' && params.type !== 'log') {
            this.faults.push(
                `console.${params.type}: ${params.args.map(({ value }) => value).join(' ')}`,
            );
        } else if (method === 'Log.entryAdded' && params.entry.level !== 'verbose') {
            this.faults.push(`${params.entry.level}: ${params.entry.text}`);
        } else if (
            method === 'Network.requestWillBeSent' &&
            !/^(file|data|blob):/.test(params.request.url)
        ) {
            this.faults.push(`the page asks for ${params.request.url}`);
        }
    }

    /* Returns the value of an expression in the page. */
    async value(expression) {
        const { result, exceptionDetails } = await this.call('Runtime.evaluate', {
            expression,
            returnByValue: true,
            awaitPromise: true,
        });
        if (exceptionDetails) {
            const what = exceptionDetails.exception?.description ?? exceptionDetails.text;
            throw new Error(`${expression}: ${what}`);
        }
        return result.value;
    }

    /* Waits until an expression is true. */
    async until(expression) {
        const end = performance.now() + 1000 * MOST_SECONDS;
        while (!(await this.value(expression))) {
            if (performance.now() > end) {
                throw new Error(`waited ${MOST_SECONDS} s for ${expression}`);
            }
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
    }

    async press(key, code = key, text = undefined) {
        await this.call('Input.dispatchKeyEvent', {
            type: 'keyDown',
            key,
            code,
            text,
            windowsVirtualKeyCode: KEYS[key],
        });
        await this.call('Input.dispatchKeyEvent', {
            type: 'keyUp',
            key,
            code,
            windowsVirtualKeyCode: KEYS[key],
        });
    }

    async drag(from, to) {
        const mouse = (type, [x, y], buttons) =>
            this.call('Input.dispatchMouseEvent', {
                type,
                x,
                y,
                button: 'left',
                buttons,
                clickCount: 1,
            });
        await mouse('mousePressed', from, 1);
        for (let i = 1; i <= 4; i++) {
            await mouse(
                'mouseMoved',
                from.map((at, k) => at + ((to[k] - at) * i) / 4),
                1,
            );
        }
        await mouse('mouseReleased', to, 0);
    }

    async screenshot(path) {
        const { cssContentSize } = await this.call('Page.getLayoutMetrics');
        const { data } = await this.call('Page.captureScreenshot', {
            captureBeyondViewport: true,
            clip: {
                x: 0,
                y: 0,
                width: cssContentSize.width,
                height: cssContentSize.height,
                scale: 1,
            },
        });
        writeFileSync(path, Buffer.from(data, 'base64'));
    }

    async close() {
        this.browser.listeners.splice(this.browser.listeners.indexOf(this.listener), 1);
        await this.browser.call('Target.closeTarget', { targetId: this.targetId });
    }
}

const KEYS = {
    Tab: 9,
    Enter: 13,
    ' ': 32,
    ArrowLeft: 37,
    ArrowUp: 38,
    ArrowRight: 39,
    ArrowDown: 40,
};
