/* browser.cjs: Debian's Chromium as the people's browser, and an independent look (axe-core) at whether
 * everybody can use what it shows.
 *
 * look() opens one page in one way (width, language, with or without script) and gives what is wrong with it, in
 * standard and in large type. Pictures go to YJS_PICTURES when that is set: of what is wrong, or with
 * YJS_EVERY_PICTURE of all.
 */
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { until } = require('../api/harness.cjs');

/* The first of them draws pages without the windows around them: half the work. */
const program = ['/usr/lib/chromium/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/chromium-browser',
	'/usr/bin/google-chrome'].find((file) => fs.existsSync(process.env.YJS_CHROMIUM || file));
const patience = 120000; /* ms: whoever waits for the browser does so for as long as until() does */
const pictures = process.env.YJS_PICTURES, every_picture = process.env.YJS_EVERY_PICTURE;

/* Why nothing can be tested here, or undefined. */
function missing() {
	try {
		require.resolve('playwright-core');
		require.resolve('axe-core');
	} catch {
		return 'playwright-core and axe-core are not installed (tests/browser/package.json)';
	}
	return program ? undefined : 'chromium-headless-shell is not installed';
}

/* Scripts that run once a page are not worth compiling to machine code: a seventh less work. */
async function launch() {
	return require('playwright-core').chromium.launch({ executablePath: process.env.YJS_CHROMIUM || program, timeout: patience,
		args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none', '--js-flags=--no-opt'] });
}

/* The ways in which each page is looked at, each in both sizes of type: that is a class of its root. */
const ways = [
	{ name: '360', width: 360 },
	{ name: '1280', width: 1280 },
	{ name: '360-en', width: 360, lang: 'en' },
	{ name: '360-noscript', width: 360, script: false },
];

const windowOf = (way) => ({ width: way.width || 360, height: way.width > 600 ? 800 : 740 });
const cookiesOf = (origin, way) => (way.lang ? [{ name: 'lang', value: way.lang, url: origin }] : []);

/* A browser of one person: cookies are its own. */
async function person(browser, origin, way = {}) {
	const context = await browser.newContext({ viewport: windowOf(way), javaScriptEnabled: way.script !== false, locale: 'zh-CN',
		reducedMotion: 'reduce' });
	context.setDefaultTimeout(patience);
	await context.addCookies(cookiesOf(origin, way));
	return context;
}

/* What a page asks for and complains of while it is open; `open` is what has not come yet. */
function watch(page, origin) {
	const seen = { problems: [], bytes: {}, requests: 0, open: new Set() };
	page.on('console', (m) => ['error', 'warning'].includes(m.type()) && seen.problems.push(`console: ${m.text()}`));
	for (const event of ['popup', 'dialog'])
		page.on(event, () => seen.problems.push(`a ${event} opens by itself`));
	page.on('pageerror', (e) => seen.problems.push(`script: ${e.message}`));
	page.on('request', (r) => {
		if (!r.url().startsWith(origin) && !r.url().startsWith('data:') && !r.url().startsWith('blob:'))
			seen.problems.push(`asks another host: ${r.url()}`);
		if (r.resourceType() !== 'eventsource') /* an answer that goes on for ever is not waited for */
			seen.open.add(r);
	});
	page.on('requestfailed', (r) => seen.open.delete(r));
	page.on('requestfinished', async (r) => {
		const sizes = await r.sizes().catch(() => undefined);
		const kind = r.resourceType();
		if (sizes)
			seen.bytes[kind] = (seen.bytes[kind] || 0) + sizes.responseBodySize + sizes.responseHeadersSize;
		seen.requests++;
		seen.open.delete(r);
	});
	return seen;
}

/* Runs in the page: what the old need beside that (tests/points). */
function measureEase(big) {
	const wrong = [], style = (e) => getComputedStyle(e), start = (e) => e.textContent.trim().slice(0, 30);
	for (const e of document.querySelectorAll('p, li, dd, td')) {
		const s = style(e);
		if (e.offsetHeight && parseFloat(s.lineHeight) / parseFloat(s.fontSize) < 1.5 - 1e-6)
			wrong.push(`lines too close: ${start(e)}`);
	}
	for (const e of big ? document.querySelectorAll('main p + p') : []) {
		const before = e.previousElementSibling, line = parseFloat(style(before).lineHeight);
		const apart = e.getBoundingClientRect().top - before.getBoundingClientRect().bottom;
		if (e.offsetHeight && before.offsetHeight && apart >= 0 && apart < 0.3 * line - 0.5)
			wrong.push(`paragraphs too close, ${apart} px at lines of ${line}: ${start(e)}`);
	}
	for (const e of document.querySelectorAll('.tag, .notice'))
		if (e.offsetHeight && !start(e))
			wrong.push(`a sign without words: ${e.outerHTML.slice(0, 60)}`);
	if (!document.querySelector('header a[href*="big="]')?.offsetHeight && !document.querySelector('[name=_kept]'))
		wrong.push('no entry to large type');
	if (!/12345/.test(document.querySelector('footer').textContent))
		wrong.push('does not tell of window and telephone');
	return wrong;
}

/* Runs in the page: what axe does not look at. */
function measure(big) {
	const wrong = [], style = (e) => getComputedStyle(e);
	const root = document.documentElement;
	if (root.scrollWidth > root.clientWidth)
		wrong.push(`is ${root.scrollWidth} px wide in a window of ${root.clientWidth}`);
	const size = parseFloat(style(document.body).fontSize);
	if (size < (big ? 24 : 18))
		wrong.push(`base type of ${size} px`);
	for (const e of document.querySelectorAll('button, .button, nav a, .switches a, summary, select, textarea,'
		+ ' input:not([type=hidden], [type=checkbox], [type=radio])')) {
		const box = e.getBoundingClientRect();
		if (box.height > 0 && (box.height < 43.5 || box.width < 43.5) && !e.matches('.skip'))
			wrong.push(`too small to touch, ${Math.round(box.width)} x ${Math.round(box.height)}: ${e.textContent.trim().slice(0, 30)}`);
	}
	const levels = [...document.querySelectorAll('h1,h2,h3,h4')].filter((e) => e.offsetHeight).map((e) => Number(e.tagName[1]));
	if (levels.filter((l) => l === 1).length !== 1)
		wrong.push(`${levels.filter((l) => l === 1).length} headings of the first level`);
	levels.forEach((l, i) => i > 0 && l > levels[i - 1] + 1 && wrong.push(`a heading h${l} after h${levels[i - 1]}`));
	if (document.querySelector('[style], style, script:not([src])'))
		wrong.push('style or script inside the page');
	return wrong;
}

const axe_tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/* What the size of type can change; the rest of the page is the same in large type, and was looked at. The enhanced
 * contrast passes over what the ordinary one refuses: both. */
const axe_of_size = ['color-contrast', 'color-contrast-enhanced', 'link-in-text-block', 'scrollable-region-focusable', 'target-size'];

async function axe(page, big) {
	const only = big ? { type: 'rule', values: axe_of_size } : { type: 'tag', values: axe_tags };
	const found = await page.evaluate(([runOnly, aaa]) => window.axe.run(document, { runOnly, preload: false,
		rules: aaa ? {} : { 'color-contrast-enhanced': { enabled: false }, 'target-size': { enabled: true } },
		reporter: 'no-passes', resultTypes: ['violations'], selectors: false }), [only, big]); /* a selector of each element costs half the time */
	return found.violations.map((v) => `axe ${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | ')}`);
}

async function bringAxe(page) {
	if (!await page.evaluate(() => Boolean(window.axe)))
		await page.evaluate(`${fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')};0`);
}

async function picture(page, name) {
	if (!pictures)
		return;
	fs.mkdirSync(pictures, { recursive: true });
	await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
}

/* Everything about the page that is open now, in both sizes of type. axe wants timers, which need scripts. */
async function inspect(page, way, name) {
	const wrong = [], shown = [], setSize = (big) => page.evaluate((on) => document.documentElement.classList.toggle('big', on), big);
	const was = await page.evaluate(() => document.documentElement.classList.contains('big'));
	if (way.script !== false)
		await bringAxe(page);
	for (const big of [false, true]) {
		const own = [];
		await setSize(big);
		own.push(...await page.evaluate(measure, big), ...await page.evaluate(measureEase, big));
		if (way.script !== false)
			own.push(...await axe(page, big));
		wrong.push(...own.map((one) => (big ? `large type: ${one}` : one)));
		if (own.length || every_picture)
			shown.push(big);
	}
	for (const big of shown) { /* afterwards: taking one leaves a style in the page */
		await setSize(big);
		await picture(page, `${name}.${way.name}${big ? '-big' : ''}`);
	}
	await setSize(was);
	return wrong;
}

/* ---- one window after the other would cost a process each: looks share two, with and without script ---- */

const windows = new WeakMap(); /* browser -> {true: window, false: window} */
const entered = new Map(); /* who enters -> the cookies he got */

async function windowFor(browser, origin, way) {
	const own = windows.get(browser) || {}, script = way.script !== false;
	windows.set(browser, own);
	if (!own[script]) {
		const context = await person(browser, origin, way), page = await context.newPage();
		own[script] = { context, page, seen: watch(page, origin), devtools: await context.newCDPSession(page) };
		await own[script].devtools.send('Network.enable'); /* without it the next has no effect */
		await own[script].devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
	}
	const { context, page, seen, devtools } = own[script];
	await page.goto(`${origin}/healthz`); /* nothing of the page before goes on, and its process is there for the next */
	await devtools.send('Network.clearBrowserCache');
	await page.setViewportSize(windowOf(way));
	await context.clearCookies();
	await context.addCookies(cookiesOf(origin, way));
	Object.assign(seen, { problems: [], bytes: {}, requests: 0 });
	return own[script];
}

async function enter(context, origin, how) {
	if (entered.has(how))
		return context.addCookies(entered.get(how));
	const before = new Set((await context.cookies()).map((c) => c.name));
	await how(context, origin);
	return entered.set(how, (await context.cookies()).filter((c) => !before.has(c.name)));
}

/* What is to be opened is posted. */
const posted = (what) => (route) => route.continue({ method: 'POST', postData: what.post,
	headers: { ...route.request().headers(), 'content-type': what.type } });

/* Open origin + target in that way: {wrong: [], bytes: {document, stylesheet, script, image}, status}.
 * `enter(context)` logs somebody in first; with `post` that is sent, as `type`. */
async function look(browser, origin, what, way) {
	const { context, page, seen } = await windowFor(browser, origin, way);
	if (what.enter)
		await enter(context, origin, what.enter);
	if (what.post)
		await page.route(origin + what.path, posted(what), { times: 1 });
	const answer = await page.goto(origin + what.path, { waitUntil: 'load' });
	await until('all has come that the page asks for', () => seen.open.size === 0);
	const wrong = await inspect(page, way, what.name);
	const refusal = (what.status || 200) >= 400; /* the browser itself reports those as an error */
	if (answer.status() !== (what.status || 200))
		wrong.push(`status ${answer.status()}`);
	const policy = answer.headers()['content-security-policy'] || '';
	if (!policy.startsWith("default-src 'none'") || /unsafe|https?:/.test(policy))
		wrong.push(`policy: ${policy}`);
	return { wrong: [...seen.problems.filter((p) => !(refusal && /status of/.test(p))), ...wrong], bytes: seen.bytes,
		requests: seen.requests, text: (await page.locator('main').innerText()).replace(/\s+/g, ' ').trim() };
}

/* A table for people: bytes by kind. */
function printSizes(sizes) {
	const kinds = ['document', 'stylesheet', 'script', 'image', 'other'];
	console.log(`# ${'bytes'.padEnd(28)}${kinds.map((k) => k.padStart(11)).join('')}${'sum'.padStart(9)}`);
	for (const [name, bytes] of sizes)
		console.log(`# ${name.padEnd(28)}${kinds.map((k) => String(bytes[k] || 0).padStart(11)).join('')}${
			String(Object.values(bytes).reduce((a, b) => a + b, 0)).padStart(9)}`);
}

module.exports = { missing, launch, ways, person, watch, inspect, look, picture, axe, axe_tags, bringAxe, printSizes };
