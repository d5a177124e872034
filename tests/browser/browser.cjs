/* browser.cjs: Debian's Chromium as the people's browser, and an independent look (axe-core) at whether
 * everybody can use what it shows.
 *
 * look() opens one page in one way (width, type size, language, with or without script) and gives what is
 * wrong with it; pictures go to YJS_PICTURES when that is set.
 */
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const program = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
	.find((file) => fs.existsSync(process.env.YJS_CHROMIUM || file));
const pictures = process.env.YJS_PICTURES;

/* Why nothing can be tested here, or undefined. */
function missing() {
	try {
		require.resolve('playwright-core');
		require.resolve('axe-core');
	} catch {
		return 'playwright-core and axe-core are not installed (tests/browser/package.json)';
	}
	return program ? undefined : 'chromium is not installed';
}

async function launch() {
	return require('playwright-core').chromium.launch({ executablePath: process.env.YJS_CHROMIUM || program,
		args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'] });
}

/* The ways in which each page is looked at. */
const ways = [
	{ name: '360', width: 360 },
	{ name: '1280', width: 1280 },
	{ name: '360-big', width: 360, big: true },
	{ name: '1280-big', width: 1280, big: true },
	{ name: '360-en', width: 360, lang: 'en' },
	{ name: '360-noscript', width: 360, script: false },
];

/* A browser of one person: cookies are its own. */
async function person(browser, origin, way = {}) {
	const context = await browser.newContext({ viewport: { width: way.width || 360, height: way.width > 600 ? 800 : 740 },
		javaScriptEnabled: way.script !== false, locale: 'zh-CN', reducedMotion: 'reduce' });
	const cookie = (name, value) => ({ name, value, url: origin });
	await context.addCookies([...way.big ? [cookie('big', '1')] : [], ...way.lang ? [cookie('lang', way.lang)] : []]);
	return context;
}

/* What a page asks for and complains of while it is open. */
function watch(page, origin) {
	const seen = { problems: [], bytes: {}, requests: 0 };
	page.on('console', (m) => ['error', 'warning'].includes(m.type()) && seen.problems.push(`console: ${m.text()}`));
	page.on('pageerror', (e) => seen.problems.push(`script: ${e.message}`));
	page.on('request', (r) => {
		if (!r.url().startsWith(origin) && !r.url().startsWith('data:') && !r.url().startsWith('blob:'))
			seen.problems.push(`asks another host: ${r.url()}`);
	});
	page.on('requestfinished', async (r) => {
		const sizes = await r.sizes().catch(() => undefined);
		const kind = r.resourceType();
		if (sizes)
			seen.bytes[kind] = (seen.bytes[kind] || 0) + sizes.responseBodySize + sizes.responseHeadersSize;
		seen.requests++;
	});
	return seen;
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
	for (const e of document.querySelectorAll('p, li, dd, td')) {
		const s = style(e);
		if (e.offsetHeight && parseFloat(s.lineHeight) / parseFloat(s.fontSize) < 1.5 - 1e-6)
			wrong.push(`lines too close: ${e.textContent.slice(0, 30)}`);
	}
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

async function axe(page, big) {
	const source = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
	await page.evaluate(`${source};0`);
	const found = await page.evaluate(([tags, aaa]) => window.axe.run(document, { runOnly: { type: 'tag', values: tags },
		rules: { 'color-contrast-enhanced': { enabled: aaa } }, resultTypes: ['violations'] }), [axe_tags, Boolean(big)]);
	return found.violations.map((v) => `axe ${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | ')}`);
}

async function picture(page, name) {
	if (!pictures)
		return;
	fs.mkdirSync(pictures, { recursive: true });
	await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
}

/* Everything about the page that is open now. */
async function inspect(page, way, name) {
	const wrong = [...await page.evaluate(measure, Boolean(way.big)), ...(way.script === false ? [] : await axe(page, way.big))]; /* axe wants timers */
	await picture(page, `${name}.${way.name}`);
	return wrong;
}

/* The page is there with all that it asked for; an answer that goes on for ever is not waited for. */
async function settled(page) {
	if (!await page.locator('[data-live]').count())
		await page.waitForLoadState('networkidle');
}

/* Open origin + target in that way: {wrong: [], bytes: {document, stylesheet, script, image}, status}.
 * `enter(context)` logs somebody in first. */
async function look(browser, origin, what, way) {
	const context = await person(browser, origin, way);
	try {
		if (what.enter)
			await what.enter(context, origin);
		const page = await context.newPage(), seen = watch(page, origin);
		const answer = await page.goto(origin + what.path, { waitUntil: 'load' });
		await settled(page);
		const wrong = await inspect(page, way, what.name);
		const refusal = (what.status || 200) >= 400; /* the browser itself reports those as an error */
		if (answer.status() !== (what.status || 200))
			wrong.push(`status ${answer.status()}`);
		const policy = answer.headers()['content-security-policy'] || '';
		if (!policy.startsWith("default-src 'none'") || /unsafe|https?:/.test(policy))
			wrong.push(`policy: ${policy}`);
		return { wrong: [...seen.problems.filter((p) => !(refusal && /status of/.test(p))), ...wrong], bytes: seen.bytes,
			requests: seen.requests, text: (await page.locator('main').innerText()).replace(/\s+/g, ' ').trim() };
	} finally {
		await context.close();
	}
}

module.exports = { missing, launch, ways, person, watch, inspect, look, picture, axe };
